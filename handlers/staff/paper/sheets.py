"""Recording a paper sheet: how many, where, when, a picture of it, a look, and saved."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from campaign.paper import entries
from campaign.paper.days import day
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Parcel, Rows, Screen, Text
from handlers.staff.permissions import may_edit
from handlers.supporter.home import front_door

FLOW = "sheet"
COUNT, PLACE, DAY, PHOTO, LOOK = "count", "place", "day", "photo", "look"
STEPS = (COUNT, PLACE, DAY, PHOTO, LOOK)
_DOCUMENT = "document:"
"""Stands before the id of a picture that was sent as a file."""


def is_open(visit: Visit) -> bool:
    """Whether the person is busy with a sheet."""
    return visit.dialog.flow == FLOW


def begin(visit: Visit, petition: Petition) -> Screen:
    """Ask how many; what was given of an unfinished sheet is forgotten."""
    visit.go_to(petition.id, FLOW, COUNT, {})
    return _ask(visit, petition)


async def present(visit: Visit) -> Screen:
    """The open question."""
    petition = await _petition(visit)
    return await front_door(visit) if petition is None else _ask(visit, petition)


async def cancel(visit: Visit) -> Screen:
    """/cancel: nothing of the sheet is kept."""
    visit.leave(forget=FLOW)
    return await front_door(visit)


async def received(visit: Visit) -> Screen:
    """What was asked for, or something else."""
    petition, message = await _petition(visit), visit.update.effective_message
    if petition is None or message is None:
        return await front_door(visit)
    if visit.dialog.step == PHOTO:
        file = message.document
        if message.photo:
            return _next(visit, petition, photo=message.photo[-1].file_id)
        if file is not None and (file.mime_type or "").startswith("image/"):
            return _next(visit, petition, photo=_DOCUMENT + file.file_id)
        return _ask(visit, petition, problem="photo")
    read = _TYPED.get(visit.dialog.step)
    if read is None or not message.text:
        return _ask(visit, petition, problem="text" if read else "")
    try:
        return _next(visit, petition, **read(visit, petition, message.text))
    except ValueError:
        return _ask(visit, petition, problem=visit.dialog.step)


async def tapped(visit: Visit) -> Screen:
    """A button under a question; of an older question it shows the present one."""
    petition = await _petition(visit)
    if petition is None:
        return await front_door(visit)
    if int(visit.args[0]) != visit.dialog.serial:
        return replace(_ask(visit, petition), toast="toast/stale")
    return await _ACTS[visit.args[1]](visit, petition)


def picture(kept: str) -> Parcel:
    """The picture of a sheet, as it was sent."""
    if kept.startswith(_DOCUMENT):
        return Parcel("sendDocument", {"document": kept.removeprefix(_DOCUMENT)})
    return Parcel("sendPhoto", {"photo": kept})


def _ask(visit: Visit, petition: Petition, problem: str = "") -> Screen:
    step, given = visit.dialog.step, _given(visit)
    on = given.get("on")
    variables = {
        "campaign": petition.view(visit.language),
        "step": step,
        "problem": problem,
        "count": given.get("count", 0),
        "note": given.get("note", ""),
        "on": date.fromisoformat(on) if on else None,
        "photo": bool(given.get("photo")),
    }
    return Screen(Text("offline/sheet", variables), _buttons(visit, petition, step))


def _buttons(visit: Visit, petition: Petition, step: str) -> Rows:
    def to(label: str, act: str) -> Button:
        return Button(label, f"sheet:{visit.dialog.serial}:{act}")

    match step:
        case "count":
            return [[Button("paper_list", f"paper:list:{petition.id}")], [to("cancel", "cancel")]]
        case "day":
            return [[to("today", "today"), to("yesterday", "yesterday")], [to("skip", "skip")]]
        case "look":
            return [
                [to("paper_save", "save")],
                [to("paper_again", "again"), to("cancel", "cancel")],
            ]
    return [[to("skip", "skip")]]


def _count(_: Visit, __: Petition, text: str) -> dict[str, Any]:
    count = entries.count(text.strip())
    if count < 0:
        raise ValueError("a sheet has signatures on it")
    return {"count": count}


def _place(_: Visit, __: Petition, text: str) -> dict[str, Any]:
    return {"note": " ".join(text.split())[: entries.NOTE_LIMIT]}


def _day(visit: Visit, petition: Petition, text: str) -> dict[str, Any]:
    on = day(text, today=_today(visit, petition), language=visit.language)
    return {"on": on.isoformat()}


_TYPED: dict[str, Callable[[Visit, Petition, str], dict[str, Any]]] = {
    COUNT: _count,
    PLACE: _place,
    DAY: _day,
}


async def _on_day(visit: Visit, petition: Petition, ago: int) -> Screen:
    if visit.dialog.step != DAY:
        return _ask(visit, petition)
    on = _today(visit, petition) - timedelta(days=ago)
    return _next(visit, petition, on=on.isoformat())


async def _skip(visit: Visit, petition: Petition) -> Screen:
    if visit.dialog.step not in (PLACE, DAY, PHOTO):
        return _ask(visit, petition)
    return _next(visit, petition)


async def _again(visit: Visit, petition: Petition) -> Screen:
    return begin(visit, petition)


async def _cancel(visit: Visit, _: Petition) -> Screen:
    return await cancel(visit)


async def _save(visit: Visit, petition: Petition) -> Screen:
    if visit.dialog.step != LOOK:
        return _ask(visit, petition)
    given = _given(visit)
    on, note = given.get("on"), given.get("note", "")
    await entries.record(
        visit.db,
        petition.id,
        given["count"],
        note,
        recorded_by=visit.supporter,
        now=visit.now,
        collected_on=date.fromisoformat(on) if on else None,
        photo=given.get("photo"),
    )
    visit.leave(forget=FLOW)
    visit.after_commit = visit.house.counted.set
    variables = {"campaign": await visit.view(petition), "count": given["count"], "note": note}
    return Screen(
        Text("staff/offline_recorded", variables),
        [
            [Button("paper_add", f"paper:add:{petition.id}")],
            [Button("paper_list", f"paper:list:{petition.id}")],
        ],
    )


_ACTS: dict[str, Callable[[Visit, Petition], Awaitable[Screen]]] = {
    "today": lambda visit, petition: _on_day(visit, petition, 0),
    "yesterday": lambda visit, petition: _on_day(visit, petition, 1),
    "skip": _skip,
    "again": _again,
    "cancel": _cancel,
    "save": _save,
}
ACTS = tuple(_ACTS)


def _today(visit: Visit, petition: Petition) -> date:
    return visit.now.astimezone(petition.zone).date()


def _given(visit: Visit) -> dict[str, Any]:
    found: dict[str, Any] = visit.dialog.answers.get(FLOW) or {}
    return found


async def _petition(visit: Visit) -> Petition | None:
    """The campaign of the sheet in hand; None if there is none, or it is theirs no longer."""
    petition = visit.petition(visit.dialog.campaign_id) if is_open(visit) else None
    if petition is not None and await may_edit(visit, petition):
        return petition
    if is_open(visit):
        visit.leave(forget=FLOW)
    return None


def _next(visit: Visit, petition: Petition, **given: Any) -> Screen:
    following = STEPS[STEPS.index(visit.dialog.step) + 1]
    visit.go_to(petition.id, FLOW, following, {**_given(visit), **given})
    return _ask(visit, petition)
