"""Recording a paper sheet: how many, where, when, a picture of it, a look, and saved."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from campaign.paper import entries
from campaign.paper.days import day
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Stale
from handlers.routes import Routes
from handlers.screens import Button, Outgoing, Rows, Screen, Text
from handlers.staff.paper.buttons import AddSheet, ListEntries
from handlers.staff.permissions import may_edit
from handlers.supporter.home import home

FLOW = "sheet"
COUNT, PLACE, DAY, PHOTO, LOOK = "count", "place", "day", "photo", "look"
STEPS = (COUNT, PLACE, DAY, PHOTO, LOOK)
_DOCUMENT = "document:"
"""Stands before the id of a picture that was sent as a file."""

Choice = Literal["today", "yesterday", "skip", "again", "cancel", "save"]


@dataclass(frozen=True, slots=True)
class Choose(Action, prefix="sheet"):
    """An answer to the question of this serial number."""

    serial: int
    choice: Choice


def is_open(context: Context) -> bool:
    """Whether the person is busy with a sheet."""
    return context.dialog.flow == FLOW


def begin(context: Context, petition: Petition) -> Screen:
    """Ask how many; what was given of an unfinished sheet is forgotten."""
    context.go_to(petition.id, FLOW, COUNT, {})
    return _ask(context, petition)


async def present(context: Context) -> Screen:
    """The open question."""
    petition = await _petition(context)
    return await home(context) if petition is None else _ask(context, petition)


async def cancel(context: Context) -> Screen:
    """/cancel: nothing of the sheet is kept."""
    context.leave(forget=FLOW)
    return await home(context)


async def received(context: Context) -> Screen:
    """What was asked for, or something else."""
    petition, message = await _petition(context), context.update.effective_message
    if petition is None or message is None:
        return await home(context)
    if context.dialog.step == PHOTO:
        file = message.document
        if message.photo:
            return _next(context, petition, photo=message.photo[-1].file_id)
        if file is not None and (file.mime_type or "").startswith("image/"):
            return _next(context, petition, photo=_DOCUMENT + file.file_id)
        return _ask(context, petition, problem="photo")
    read = _TYPED.get(context.dialog.step)
    if read is None or not message.text:
        return _ask(context, petition, problem="text" if read else "")
    try:
        return _next(context, petition, **read(context, petition, message.text))
    except ValueError:
        return _ask(context, petition, problem=context.dialog.step)


async def choose(context: Context, action: Choose) -> Screen:
    """A button under a question."""
    petition = await _petition(context)
    if petition is None:  # returned, not raised: a sheet that is theirs no longer is left for good
        return await home(context)
    if action.serial != context.dialog.serial:
        raise Stale
    return await _CHOICES[action.choice](context, petition)


def picture(kept: str) -> Outgoing:
    """The picture of a sheet, as it was sent."""
    if kept.startswith(_DOCUMENT):
        return Outgoing("sendDocument", {"document": kept.removeprefix(_DOCUMENT)})
    return Outgoing("sendPhoto", {"photo": kept})


def _ask(context: Context, petition: Petition, problem: str = "") -> Screen:
    step, given = context.dialog.step, _given(context)
    on = given.get("on")
    variables = {
        "campaign": petition.view(context.language),
        "step": step,
        "problem": problem,
        "count": given.get("count", 0),
        "note": given.get("note", ""),
        "on": date.fromisoformat(on) if on else None,
        "photo": bool(given.get("photo")),
    }
    return Screen(Text("paper/sheet", variables), _buttons(context, petition, step))


def _buttons(context: Context, petition: Petition, step: str) -> Rows:
    def to(label: str, choice: Choice) -> Button:
        return Button(label, Choose(context.dialog.serial, choice))

    match step:
        case "count":
            return [[Button("paper_list", ListEntries(petition.id))], [to("cancel", "cancel")]]
        case "day":
            return [[to("today", "today"), to("yesterday", "yesterday")], [to("skip", "skip")]]
        case "look":
            return [
                [to("paper_save", "save")],
                [to("paper_again", "again"), to("cancel", "cancel")],
            ]
    return [[to("skip", "skip")]]


def _count(_: Context, __: Petition, text: str) -> dict[str, Any]:
    count = entries.count(text.strip())
    if count < 0:
        raise ValueError("a sheet has signatures on it")
    return {"count": count}


def _place(_: Context, __: Petition, text: str) -> dict[str, Any]:
    return {"note": " ".join(text.split())[: entries.NOTE_LIMIT]}


def _day(context: Context, petition: Petition, text: str) -> dict[str, Any]:
    on = day(text, today=_today(context, petition), language=context.language)
    return {"on": on.isoformat()}


_TYPED: dict[str, Callable[[Context, Petition, str], dict[str, Any]]] = {
    COUNT: _count,
    PLACE: _place,
    DAY: _day,
}


async def _on_day(context: Context, petition: Petition, ago: int) -> Screen:
    if context.dialog.step != DAY:
        return _ask(context, petition)
    on = _today(context, petition) - timedelta(days=ago)
    return _next(context, petition, on=on.isoformat())


async def _skip(context: Context, petition: Petition) -> Screen:
    if context.dialog.step not in (PLACE, DAY, PHOTO):
        return _ask(context, petition)
    return _next(context, petition)


async def _again(context: Context, petition: Petition) -> Screen:
    return begin(context, petition)


async def _cancel(context: Context, _: Petition) -> Screen:
    return await cancel(context)


async def _save(context: Context, petition: Petition) -> Screen:
    if context.dialog.step != LOOK:
        return _ask(context, petition)
    given = _given(context)
    on, note = given.get("on"), given.get("note", "")
    await entries.record(
        context.db,
        petition.id,
        given["count"],
        note,
        recorded_by=context.supporter,
        now=context.now,
        collected_on=date.fromisoformat(on) if on else None,
        photo=given.get("photo"),
    )
    context.leave(forget=FLOW)
    context.after_commit = context.services.counted.set
    variables = {"campaign": await context.view(petition), "count": given["count"], "note": note}
    return Screen(
        Text("staff/offline_recorded", variables),
        [
            [Button("paper_add", AddSheet(petition.id))],
            [Button("paper_list", ListEntries(petition.id))],
        ],
    )


_CHOICES: dict[Choice, Callable[[Context, Petition], Awaitable[Screen]]] = {
    "today": lambda context, petition: _on_day(context, petition, 0),
    "yesterday": lambda context, petition: _on_day(context, petition, 1),
    "skip": _skip,
    "again": _again,
    "cancel": _cancel,
    "save": _save,
}


def _today(context: Context, petition: Petition) -> date:
    return context.now.astimezone(petition.zone).date()


def _given(context: Context) -> dict[str, Any]:
    found: dict[str, Any] = context.dialog.answers.get(FLOW) or {}
    return found


async def _petition(context: Context) -> Petition | None:
    """The campaign of the sheet in hand; None if there is none, or it is theirs no longer."""
    petition = context.find_petition(context.dialog.campaign_id) if is_open(context) else None
    if petition is not None and await may_edit(context, petition):
        return petition
    if is_open(context):
        context.leave(forget=FLOW)
    return None


def _next(context: Context, petition: Petition, **given: Any) -> Screen:
    following = STEPS[STEPS.index(context.dialog.step) + 1]
    context.go_to(petition.id, FLOW, following, {**_given(context), **given})
    return _ask(context, petition)


ROUTES = Routes(actions={Choose: choose})
