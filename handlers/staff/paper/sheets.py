"""Recording a paper sheet: how many, where, when, a picture of it, a look, and saved."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from campaign.paper import entries
from campaign.paper.days import day
from campaign.paper.numbers import NoCount, Reading, readings
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Stale
from handlers.heard import Heard
from handlers.labels import typed_button
from handlers.routes import Routes
from handlers.screens import Button, Outgoing, Rows, Screen, Text
from handlers.staff.paper.buttons import AddSheet, ListEntries
from handlers.staff.permissions import may_edit
from handlers.supporter.home import home

FLOW = "sheet"
COUNT, PLACE, DAY, PHOTO, LOOK = "count", "place", "day", "photo", "look"
STEPS = (COUNT, PLACE, DAY, PHOTO, LOOK)
READ, OPEN = "read", "open"
"""Questions between the steps: which number is meant, and which of two sheets to go on with."""

_DOCUMENT = "document:"
"""Stands before the id of a picture that was sent as a file."""

Choice = Literal[
    "today", "yesterday", "skip", "again", "cancel", "save", "first", "second", "keep", "new"
]


@dataclass(frozen=True, slots=True)
class Choose(Action, prefix="sheet"):
    """An answer to the question of this serial number."""

    serial: int
    choice: Choice


def is_open(context: Context) -> bool:
    """Whether the person is busy with a sheet."""
    return context.dialog.flow == FLOW


def begin(
    context: Context,
    petition: Petition,
    typed: Sequence[Reading] = (),
    *,
    problem: str = "",
    note: str = "",
) -> Screen:
    """Ask how many, or have a look at what was typed; nothing is counted yet.

    While another sheet is open, with something in it, ask which to go on with.

    Args:
        typed: each way to read a number that was typed with the command.
        problem: what was wrong with it.
        note: where the signatures are from, as far as that was said.
    """
    given = _given(context)
    new = {
        "petition": petition.id,
        "readings": [[one.count, one.note[: entries.NOTE_LIMIT]] for one in typed],
        "note": note[: entries.NOTE_LIMIT],
    }
    if given.get("count") or given.get("readings"):
        at = context.dialog.step if is_open(context) else given.get("at", LOOK)
        at = given.get("at", COUNT) if at == OPEN else at
        was = given.get("petition") or context.dialog.campaign_id
        kept = {**given, "at": at, "petition": was, "new": new}
        context.go_to(petition.id, FLOW, OPEN, kept)
        return _ask(context, petition)
    return _start(context, petition, new, problem)


async def present(context: Context) -> Screen:
    """The open question."""
    petition = await _petition(context)
    return await home(context) if petition is None else _ask(context, petition)


async def cancel(context: Context) -> Screen:
    """/cancel: nothing of the sheet is kept."""
    petition = await _petition(context)
    context.leave(forget=FLOW)
    if petition is None:
        return await home(context)
    return Screen(Text("paper/cancelled"), _afterwards(petition))


async def received(context: Context) -> Screen:
    """What was asked for, or something else."""
    petition, message = await _petition(context), context.update.effective_message
    if petition is None or message is None:
        return await home(context)
    if message.text and (choice := _labelled(context, petition, message.text)) is not None:
        return await _CHOICES[choice](context, petition)
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
    except NoCount as why:
        return _ask(context, petition, problem="too_many" if why.reason == "too_many" else COUNT)
    except ValueError:
        return _ask(context, petition, problem=context.dialog.step)


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of an answer: it changes, while the sheet is open."""
    petition, message = await _petition(context), context.update.edited_message
    read, step = _TYPED.get(known.step), context.dialog.step
    if petition is None or message is None or read is None or step not in STEPS:
        return Screen(Text("unexpected/edited_elsewhere"))
    try:
        value = read(context, petition, message.text or "")
    except ValueError:
        return _ask(context, petition, problem=known.step)
    if known.about != petition.id or "readings" in value:
        return Screen(Text("unexpected/edited_elsewhere"))
    context.go_to(petition.id, FLOW, step, {**_given(context), **value})
    return replace(_ask(context, petition), above=Text("timeline/put_right"), fresh=True)


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


def _start(context: Context, petition: Petition, new: dict[str, Any], problem: str = "") -> Screen:
    typed = new["readings"]
    if len(typed) > 1:
        context.go_to(petition.id, FLOW, READ, {"readings": typed, "at": LOOK})
    elif typed:
        count, note = typed[0]
        context.go_to(petition.id, FLOW, LOOK, {"count": count, "note": note})
    else:
        context.go_to(petition.id, FLOW, COUNT, {"note": new["note"]} if new["note"] else {})
    return _ask(context, petition, problem)


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
    def to(label: str, choice: Choice, **variables: Any) -> Button:
        return Button(label, Choose(context.dialog.serial, choice), variables=variables)

    given = _given(context)
    match step:
        case "count":
            return [[Button("paper_list", ListEntries(petition.id))], [to("cancel", "cancel")]]
        case "day":
            return [[to("today", "today"), to("yesterday", "yesterday")], [to("skip", "skip")]]
        case "read":
            choices: tuple[Choice, Choice] = ("first", "second")
            return [
                *(
                    [to("paper_reading", choice, count=count, note=note)]
                    for choice, (count, note) in zip(choices, given["readings"], strict=False)
                ),
                [to("cancel", "cancel")],
            ]
        case "open":
            return [[to("paper_keep", "keep")], [to("paper_new", "new")]]
        case "look":
            count = given.get("count", 0)
            save = "paper_save" if count > 0 else "paper_take_off"
            return [
                [to(save, "save", count=abs(count))],
                [to("paper_again", "again"), to("cancel", "cancel")],
            ]
    return [[to("skip", "skip")]]


def _labelled(context: Context, petition: Petition, text: str) -> Choice | None:
    """What a button under the question does whose label was typed."""
    button = typed_button(context, _buttons(context, petition, context.dialog.step), text)
    return button.data.choice if button and isinstance(button.data, Choose) else None


def _count(_: Context, __: Petition, text: str) -> dict[str, Any]:
    found = readings(text)
    if any(one.count < 0 for one in found):
        raise ValueError("a sheet has signatures on it")
    if len(found) > 1:
        return {"readings": [[one.count, one.note] for one in found]}
    note = {"note": found[0].note[: entries.NOTE_LIMIT]} if found[0].note else {}
    return {"count": found[0].count, **note}


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
    context.go_to(petition.id, FLOW, COUNT, {})
    return _ask(context, petition)


async def _cancel(context: Context, _: Petition) -> Screen:
    return await cancel(context)


async def _read_as(context: Context, petition: Petition, place: int) -> Screen:
    given = _given(context)
    if context.dialog.step != READ or place >= len(given.get("readings", ())):
        return _ask(context, petition)
    count, note = given["readings"][place]
    more = {"note": note} if note else {}
    if given.get("at") == LOOK:
        context.go_to(petition.id, FLOW, LOOK, {"count": count, **more})
        return _ask(context, petition)
    context.go_to(petition.id, FLOW, COUNT, {**_without(given, "readings"), **more})
    return _next(context, petition, count=count)


async def _keep(context: Context, petition: Petition) -> Screen:
    given = _given(context)
    if context.dialog.step != OPEN:
        return _ask(context, petition)
    before = context.find_petition(given["petition"])
    if before is None or not await may_edit(context, before):
        context.leave(forget=FLOW)
        return await home(context)
    step = given["at"] if given["at"] in (*STEPS, READ) else LOOK
    context.go_to(before.id, FLOW, step, _without(given, "new"))
    return _ask(context, before)


async def _new(context: Context, petition: Petition) -> Screen:
    if context.dialog.step != OPEN:
        return _ask(context, petition)
    return _start(context, petition, _given(context)["new"])


async def _save(context: Context, petition: Petition) -> Screen:
    if context.dialog.step != LOOK:
        return _ask(context, petition)
    given = _given(context)
    on, note = given.get("on"), given.get("note", "")
    context.leave(forget=FLOW)
    try:
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
    except ValueError:
        return Screen(
            Text("staff/offline_refused", {"reason": "below_zero"}), _afterwards(petition)
        )
    context.after_commit = context.services.counted.set
    variables = {"campaign": await context.view(petition), "count": given["count"], "note": note}
    return Screen(Text("staff/offline_recorded", variables), _afterwards(petition))


def _afterwards(petition: Petition) -> Rows:
    return [
        [Button("paper_add", AddSheet(petition.id))],
        [Button("paper_list", ListEntries(petition.id))],
    ]


_CHOICES: dict[Choice, Callable[[Context, Petition], Awaitable[Screen]]] = {
    "today": lambda context, petition: _on_day(context, petition, 0),
    "yesterday": lambda context, petition: _on_day(context, petition, 1),
    "skip": _skip,
    "again": _again,
    "cancel": _cancel,
    "save": _save,
    "first": lambda context, petition: _read_as(context, petition, 0),
    "second": lambda context, petition: _read_as(context, petition, 1),
    "keep": _keep,
    "new": _new,
}


def _today(context: Context, petition: Petition) -> date:
    return context.now.astimezone(petition.zone).date()


def _given(context: Context) -> dict[str, Any]:
    found: dict[str, Any] = context.dialog.answers.get(FLOW) or {}
    return found


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


async def _petition(context: Context) -> Petition | None:
    """The campaign of the sheet in hand; None if there is none, or it is theirs no longer."""
    petition = context.find_petition(context.dialog.campaign_id) if is_open(context) else None
    if petition is not None and await may_edit(context, petition):
        return petition
    if is_open(context):
        context.leave(forget=FLOW)
    return None


def _next(context: Context, petition: Petition, **given: Any) -> Screen:
    """Keep an answer and ask what has not been said yet."""
    known = {**_given(context), **given, "petition": petition.id}
    if "readings" in given:
        context.go_to(petition.id, FLOW, READ, {**known, "at": COUNT})
        return _ask(context, petition)
    place = STEPS.index(context.dialog.step) + 1
    if STEPS[place] == PLACE and known.get("note"):
        place += 1
    context.go_to(petition.id, FLOW, STEPS[place], {**known, "at": STEPS[place]})
    return _ask(context, petition)


ROUTES = Routes(actions={Choose: choose})
