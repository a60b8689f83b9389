"""Asking staff for the story: every text and every tap of somebody who fills in a sheet."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from campaign.errors import ChangedSince, Settled
from campaign.petition import Petition
from campaign.questionnaire import NotAsked, Questionnaire
from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.staff.broadcasts import compose
from handlers.staff.broadcasts import state as broadcasts_state
from handlers.staff.timeline import entries, flows, save
from handlers.staff.timeline import state as timeline_state
from handlers.staff.timeline.questions import NotThat
from handlers.staff.timeline.state import Sheet
from handlers.supporter.fallback import kind_of
from handlers.supporter.home import front_door


async def begin(
    visit: Visit,
    petition: Petition,
    kind: str,
    *,
    about: int | None = None,
    version: int = 0,
    answers: Mapping[str, Any] | None = None,
) -> Screen:
    """A new sheet, or one filled with what is there already."""
    steps = flows.STEPS[kind]
    form = Questionnaire.begin(timeline_state.asked_of(petition, steps), answers)
    sheet = Sheet(kind, petition, steps, form, about, version)
    return await _go_to(visit, sheet, form)


async def present(visit: Visit) -> Screen:
    """Where the person is: the open question, or the look at the answers."""
    sheet = await timeline_state.current(visit, flows.STEPS)
    if sheet is None:
        timeline_state.leave(visit)
        return await front_door(visit)
    return replace(await timeline_state.ask(visit, sheet), fresh=True)


async def received(visit: Visit) -> Screen:
    """A message while a question is open."""
    sheet = await timeline_state.current(visit, flows.STEPS)
    message = visit.update.effective_message
    if sheet is None or message is None:
        timeline_state.leave(visit)
        return await front_door(visit)
    if message.text is None:
        return await _again(visit, Text(f"unexpected/{kind_of(visit.update)}"))
    if sheet.step is None:
        return await _again(visit, Text("story/tap"))
    try:
        value = sheet.step.parse(message.text, visit, sheet.petition)
    except NotThat as problem:
        return await _again(visit, problem.why)
    return await _go_to(visit, sheet, sheet.form.answer(value))


async def put_aside(visit: Visit) -> Screen:
    """/cancel: what was written down is thrown away; the story stays as it is."""
    return await _throw(visit, None, "")


async def tapped(visit: Visit) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    serial, act, argument = int(visit.args[0]), visit.args[1], visit.args[2]
    if serial == visit.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    sheet = await timeline_state.current(visit, flows.STEPS)
    if sheet is None:
        shown = await (compose.present if broadcasts_state.is_open(visit) else front_door)(visit)
        return replace(shown, toast="toast/stale", fresh=True)
    if serial != visit.dialog.serial:
        return replace(await present(visit), toast="toast/stale")
    try:
        return await ACTS[act](visit, sheet, argument)
    except (NotAsked, KeyError):
        return replace(await present(visit), toast="toast/stale")


async def _again(visit: Visit, note: Text) -> Screen:
    return replace(await present(visit), above=note)


async def _go_to(visit: Visit, sheet: Sheet, form: Questionnaire) -> Screen:
    at = replace(sheet, form=form)
    timeline_state.go_to(visit, at)
    return await timeline_state.ask(visit, at)


async def _skip(visit: Visit, sheet: Sheet, _: str) -> Screen:
    return await _go_to(visit, sheet, sheet.form.skip())


async def _back(visit: Visit, sheet: Sheet, _: str) -> Screen:
    earlier = sheet.form.back()
    if earlier is None:
        timeline_state.leave(visit)
        return await entries.everything(visit, sheet.petition)
    return await _go_to(visit, sheet, earlier)


async def _pick(visit: Visit, sheet: Sheet, choice: str) -> Screen:
    if sheet.step is None or choice not in sheet.step.choices:
        raise NotAsked
    return await _go_to(visit, sheet, sheet.form.answer(choice))


async def _change(visit: Visit, sheet: Sheet, place: str) -> Screen:
    if not place.isdecimal() or int(place) >= len(sheet.form.questions):
        raise NotAsked
    return await _go_to(visit, sheet, sheet.form.change(sheet.form.questions[int(place)].key))


async def _save(visit: Visit, sheet: Sheet, _: str) -> Screen:
    if sheet.step is not None or not sheet.form.complete:
        raise NotAsked
    timeline_state.leave(visit)
    try:
        return await flows.FLOWS[sheet.kind].save(visit, sheet)
    except (ChangedSince, Settled) as error:
        shown = await entries.everything(visit, sheet.petition)
        return replace(shown, above=save.refused(error), fresh=True)


async def _throw(visit: Visit, _: Sheet | None, __: str) -> Screen:
    timeline_state.leave(visit)
    return Screen(Text("story/thrown"))


ACTS: dict[str, Callable[[Visit, Sheet, str], Awaitable[Screen]]] = {
    "skip": _skip,
    "back": _back,
    "pick": _pick,
    "change": _change,
    "save": _save,
    "throw": _throw,
}
