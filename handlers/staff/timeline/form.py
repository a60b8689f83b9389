"""The form for a timeline entry: staff's texts and taps."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from campaign.errors import ChangedSince, Settled
from campaign.petition import Petition
from campaign.questionnaire import NotAsked, Questionnaire
from handlers.context import Context, Left, NotEditable, Stale
from handlers.heard import Heard
from handlers.labels import typed_button
from handlers.routes import Routes
from handlers.screens import Screen, Text
from handlers.staff.timeline import flows, overview, save
from handlers.staff.timeline import state as timeline_state
from handlers.staff.timeline.buttons import FormAct, WorkOnForm
from handlers.staff.timeline.questions import InvalidAnswer
from handlers.staff.timeline.state import FormState
from handlers.supporter.fallback import kind_of


async def begin(
    context: Context,
    petition: Petition,
    kind: str,
    *,
    about: int | None = None,
    version: int = 0,
    answers: Mapping[str, Any] | None = None,
) -> Screen:
    """A new sheet, or one filled with what is there already; another that has something in it comes
    first."""
    if (screen := await resumed(context)) is not None:
        return replace(screen, toast="toast/unfinished")
    steps = flows.STEPS[kind]
    form = Questionnaire.begin(timeline_state.asked_of(petition, steps), answers)
    sheet = FormState(kind, petition, steps, form, about, version)
    return await _go_to(context, sheet, form)


async def resumed(context: Context) -> Screen | None:
    """The sheet that has something in it, where the person was; None if there is none."""
    with suppress(Left):
        sheet = await timeline_state.begun(context, flows.STEPS)
        if sheet.form.answers:
            return replace(await _go_to(context, sheet, sheet.form), fresh=True)
    return None


async def present(context: Context) -> Screen:
    """Where the person is: the open question, or the look at the answers."""
    sheet = await timeline_state.current(context, flows.STEPS)
    return replace(await timeline_state.ask(context, sheet), fresh=True)


async def received(context: Context) -> Screen:
    """A message while a question is open."""
    sheet = await timeline_state.current(context, flows.STEPS)
    message = context.event.message
    if message is None:
        raise Left
    if message.text is None:
        return await _again(context, Text(f"unexpected/{kind_of(context.event)}"))
    rows = (await timeline_state.ask(context, sheet)).buttons
    button = typed_button(context, rows, message.text)
    if button is not None and isinstance(button.data, WorkOnForm) and button.data.act != "save":
        if button.data.act == "throw":
            return await put_aside(context)
        return await ACTS[button.data.act](context, sheet, button.data.argument or "")
    if sheet.step is None:
        return await _again(context, Text("timeline/tap"))
    try:
        value = sheet.step.parse(message.text, context, sheet.petition)
    except InvalidAnswer as problem:
        return await _again(context, problem.why)
    return await _go_to(context, sheet, sheet.form.answer(value))


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of an answer: the answer changes, while the sheet is open."""
    sheet = await timeline_state.current(context, flows.STEPS)
    message = context.event.edited_message
    if message is None or known.about != sheet.petition.id:
        raise NotEditable
    name = known.step.partition("@")[0]
    step = next((one for one in sheet.steps if one.name == name), None)
    if step is None or known.step not in sheet.form.keys:
        raise NotEditable
    try:
        value = step.parse(message.text or "", context, sheet.petition)
    except InvalidAnswer as problem:
        return await _again(context, problem.why)
    screen = await _go_to(context, sheet, sheet.form.put_right(known.step, value))
    return replace(screen, above=Text("timeline/put_right"), fresh=True)


async def put_aside(context: Context) -> Screen:
    """/cancel: what was written down is kept, and /event comes back to it."""
    sheet = await timeline_state.current(context, flows.STEPS)
    if not sheet.form.answers:
        return await _throw(context, sheet, "")
    timeline_state.leave(context, forget=False)
    return Screen(Text("timeline/kept"))


async def work_on(context: Context, action: WorkOnForm) -> Screen:
    """A button under a question. One of an earlier question says so and shows where we are."""
    if action.serial == context.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    if not timeline_state.is_open(context) or action.serial != context.dialog.serial:
        raise Stale
    sheet = await timeline_state.current(context, flows.STEPS)
    try:
        return await ACTS[action.act](context, sheet, action.argument or "")
    except NotAsked:
        raise Stale from None


async def _again(context: Context, note: Text) -> Screen:
    return replace(await present(context), above=note)


async def _go_to(context: Context, sheet: FormState, form: Questionnaire) -> Screen:
    at = replace(sheet, form=form)
    timeline_state.go_to(context, at)
    return await timeline_state.ask(context, at)


async def _skip(context: Context, sheet: FormState, _: str) -> Screen:
    return await _go_to(context, sheet, sheet.form.skip())


async def _back(context: Context, sheet: FormState, _: str) -> Screen:
    earlier = sheet.form.back()
    if earlier is None:
        timeline_state.leave(context)
        return await overview.everything(context, sheet.petition)
    return await _go_to(context, sheet, earlier)


async def _pick(context: Context, sheet: FormState, choice: str) -> Screen:
    if sheet.step is None or choice not in sheet.step.choices:
        raise NotAsked
    return await _go_to(context, sheet, sheet.form.answer(choice))


async def _change(context: Context, sheet: FormState, place: str) -> Screen:
    if not place.isdecimal() or int(place) >= len(sheet.form.questions):
        raise NotAsked
    return await _go_to(context, sheet, sheet.form.change(sheet.form.questions[int(place)].key))


async def _save(context: Context, sheet: FormState, _: str) -> Screen:
    if sheet.step is not None or not sheet.form.complete:
        raise NotAsked
    timeline_state.leave(context)
    try:
        return await flows.FLOWS[sheet.kind].save(context, sheet)
    except (ChangedSince, Settled) as error:
        shown = await overview.everything(context, sheet.petition)
        return replace(shown, above=save.refused(error), fresh=True)


async def _throw(context: Context, _: FormState, __: str) -> Screen:
    timeline_state.leave(context)
    return Screen(Text("timeline/thrown"))


ACTS: dict[FormAct, Callable[[Context, FormState, str], Awaitable[Screen]]] = {
    "skip": _skip,
    "back": _back,
    "pick": _pick,
    "change": _change,
    "save": _save,
    "throw": _throw,
}


ROUTES = Routes(actions={WorkOnForm: work_on})
