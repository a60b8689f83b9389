"""Record a paper sheet: how many, where, when and a picture, then a preview."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from campaign.paper import entries
from campaign.paper.numbers import NoCount, Reading
from campaign.petition import Petition
from handlers.context import Context, Gone, NotEditable, Stale
from handlers.heard import Heard
from handlers.routes import Routes
from handlers.screens import Button, Outgoing, Rows, Screen, Text
from handlers.staff.paper.buttons import AddSheet, ListEntries
from handlers.staff.paper.sheet_questions import (
    COUNT,
    DAY,
    FLOW,
    LOOK,
    OPEN,
    PHOTO,
    PLACE,
    READ,
    STEPS,
    TYPED,
    Choice,
    Choose,
    ask,
    given_so_far,
    labelled,
    today,
)
from handlers.staff.permissions import in_hand

_DOCUMENT = "document:"
"""Stands before the id of a picture that was sent as a file."""


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
    given = given_so_far(context)
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
        return ask(context, petition)
    return _start(context, petition, new, problem)


async def present(context: Context) -> Screen:
    """The open question."""
    return ask(context, await _petition(context))


async def cancel(context: Context) -> Screen:
    """/cancel: nothing of the sheet is kept."""
    petition = await _petition(context)
    context.leave(forget=FLOW)
    return Screen(Text("paper/cancelled"), _afterwards(petition))


async def received(context: Context) -> Screen:
    """What was asked for, or something else."""
    petition, message = await _petition(context), context.event.message
    if message is None:
        raise Gone
    if message.text and (choice := labelled(context, petition, message.text)) is not None:
        return await _CHOICES[choice](context, petition)
    if context.dialog.step == PHOTO:
        file = message.document
        if message.photo:
            return _next(context, petition, photo=message.photo)
        if file is not None and file.mime_type.startswith("image/"):
            return _next(context, petition, photo=_DOCUMENT + file.id)
        return ask(context, petition, problem="photo")
    read = TYPED.get(context.dialog.step)
    if read is None or not message.text:
        return ask(context, petition, problem="text" if read else "")
    try:
        return _next(context, petition, **read(context, petition, message.text))
    except NoCount as why:
        return ask(context, petition, problem="too_many" if why.reason == "too_many" else COUNT)
    except ValueError:
        return ask(context, petition, problem=context.dialog.step)


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of an answer: it changes, while the sheet is open."""
    petition, message = await _petition(context), context.event.edited_message
    read, step = TYPED.get(known.step), context.dialog.step
    if message is None or read is None or step not in STEPS:
        raise NotEditable
    try:
        value = read(context, petition, message.text or "")
    except ValueError:
        return ask(context, petition, problem=known.step)
    if known.about != petition.id or "readings" in value:
        raise NotEditable
    context.go_to(petition.id, FLOW, step, {**given_so_far(context), **value})
    return replace(ask(context, petition), above=Text("timeline/put_right"), fresh=True)


async def choose(context: Context, action: Choose) -> Screen:
    """A button under a question."""
    petition = await _petition(context)
    if action.serial != context.dialog.serial:
        raise Stale
    if context.dialog.step not in _AT.get(action.choice, (context.dialog.step,)):
        return ask(context, petition)
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
    return ask(context, petition, problem)


async def _on_day(context: Context, petition: Petition, ago: int) -> Screen:
    on = today(context, petition) - timedelta(days=ago)
    return _next(context, petition, on=on.isoformat())


async def _skip(context: Context, petition: Petition) -> Screen:
    return _next(context, petition)


async def _again(context: Context, petition: Petition) -> Screen:
    context.go_to(petition.id, FLOW, COUNT, {})
    return ask(context, petition)


async def _cancel(context: Context, _: Petition) -> Screen:
    return await cancel(context)


async def _read_as(context: Context, petition: Petition, place: int) -> Screen:
    given = given_so_far(context)
    if place >= len(given.get("readings", ())):
        return ask(context, petition)
    count, note = given["readings"][place]
    more = {"note": note} if note else {}
    if given.get("at") == LOOK:
        context.go_to(petition.id, FLOW, LOOK, {"count": count, **more})
        return ask(context, petition)
    context.go_to(petition.id, FLOW, COUNT, {**_without(given, "readings"), **more})
    return _next(context, petition, count=count)


async def _keep(context: Context, _: Petition) -> Screen:
    given = given_so_far(context)
    before = await in_hand(context, given["petition"])
    step = given["at"] if given["at"] in (*STEPS, READ) else LOOK
    context.go_to(before.id, FLOW, step, _without(given, "new"))
    return ask(context, before)


async def _new(context: Context, petition: Petition) -> Screen:
    return _start(context, petition, given_so_far(context)["new"])


async def _save(context: Context, petition: Petition) -> Screen:
    given = given_so_far(context)
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
_AT: dict[Choice, tuple[str, ...]] = {
    "today": (DAY,),
    "yesterday": (DAY,),
    "skip": (PLACE, DAY, PHOTO),
    "save": (LOOK,),
    "first": (READ,),
    "second": (READ,),
    "keep": (OPEN,),
    "new": (OPEN,),
}
"""The questions that a choice answers, if not all."""


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


async def _petition(context: Context) -> Petition:
    """The campaign of the sheet in hand.

    Raises:
        Gone: there is none.
        Left: it is theirs no longer.
    """
    if not is_open(context):
        raise Gone
    return await in_hand(context, context.dialog.campaign_id)


def _next(context: Context, petition: Petition, **given: Any) -> Screen:
    """Keep an answer and ask what has not been said yet."""
    known = {**given_so_far(context), **given, "petition": petition.id}
    if "readings" in given:
        context.go_to(petition.id, FLOW, READ, {**known, "at": COUNT})
        return ask(context, petition)
    place = STEPS.index(context.dialog.step) + 1
    if STEPS[place] == PLACE and known.get("note"):
        place += 1
    context.go_to(petition.id, FLOW, STEPS[place], {**known, "at": STEPS[place]})
    return ask(context, petition)


ROUTES = Routes(actions={Choose: choose})
