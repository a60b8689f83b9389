"""/content: what somebody of the staff says or taps while they change the campaign's texts."""

from dataclasses import replace
from functools import partial

from campaign.definition.parts import PARTS
from campaign.petition import Petition
from handlers.context import Context, NotEditable, NotNamed, Stale
from handlers.heard import Heard
from handlers.routes import Command, Routes
from handlers.screens import Screen, Text
from handlers.staff.content import edit, files, overview, parts, state
from handlers.staff.content.buttons import EditAct, WorkOnEdit, WorkOnPart
from handlers.staff.content.state import is_open
from handlers.staff.permissions import addressed, theirs_as
from handlers.supporter.home import home, to_each

OF_THE_ENTRY = frozenset({"item", "change", "remove", "gone", "up", "down"})
"""Acts on an entry by its place, which another version may have given to another entry."""


async def command(context: Context) -> Screen:
    """/content: choose what to change, or go on with what is in hand. For editors."""
    theirs = await theirs_as(context, "editor")
    if in_hand := await state.unfinished(context):
        return await _where(context, in_hand)
    try:
        named, _ = addressed(context, theirs)
    except NotNamed:
        rows = to_each(context, theirs, partial(WorkOnPart, version=0, act="home"))
        return Screen(Text("content/which"), rows, fresh=True)
    petition = await state.campaign(context, named.id)
    return replace(await overview.home(context, petition), fresh=True)


async def work_on_part(context: Context, action: WorkOnPart) -> Screen:
    """A button of a version of the campaign. One of an older version shows the present list."""
    petition = await state.campaign(context, action.petition_id)
    if await state.unfinished(context):
        return replace(await present(context), toast="toast/unfinished")
    act, part = action.act, PARTS.get(action.part or "")
    if act == "send":
        return await parts.send(context, petition, PARTS["title"], 0)
    if part is None or act == "home":
        return await overview.home(context, petition)
    if act in OF_THE_ENTRY and action.version != petition.campaign.version:
        return replace(await overview.listed(context, petition, part), toast="toast/stale")
    state.go_to(context, petition, state.CHOOSING)
    return await parts.ACTS[act](context, petition, part, action.place or 0)


async def work_on_edit(context: Context, action: WorkOnEdit) -> Screen:
    """A button about what is in hand. One of an earlier step shows where the person is."""
    if not is_open(context):
        raise Stale
    petition = await state.current(context)
    if action.serial == context.dialog.serial - 1:
        return Screen(toast="toast/done_already")
    if action.serial != context.dialog.serial:
        return replace(await _where(context, petition), toast="toast/stale", fresh=True)
    return await _act(context, petition, action.act)


async def _act(context: Context, petition: Petition, act: EditAct) -> Screen:
    change, file = state.edit(context), state.file(context)
    if act == "throw":
        screen = await overview.home(context, petition)
        return replace(screen, above=Text("content/thrown"))
    if file is not None:
        return await (files.live if act == "live" else files.preview)(context, petition, file)
    if change is None:
        return await overview.home(context, petition)
    match act:
        case "keep":
            return edit.kept_as_it_is(context, petition, change)
        case "skip":
            return edit.left_out(context, petition, change)
        case "anew":
            return edit.anew(context, petition, change)
    return await edit.live(context, petition, change)


async def written(context: Context) -> Screen:
    """A text: the answer to the open question, or out of place."""
    petition = await state.current(context)
    message, change = context.event.message, state.edit(context)
    if change is None or context.dialog.step != state.ASKING:
        return replace(await _where(context, petition), above=Text("content/tap"), fresh=True)
    return edit.written(context, petition, change, (message.text if message else None) or "")


async def sent(context: Context) -> Screen:
    """Something that is no text: a campaign file, or out of place."""
    petition = await state.current(context)
    message = context.event.message
    if message is not None and message.document is not None and state.edit(context) is None:
        return await files.received(context, petition)
    what = "unfinished" if context.attachment is not None else "text_only"
    return replace(await _where(context, petition), above=Text(f"content/{what}"), fresh=True)


async def edited(context: Context, known: Heard) -> Screen:
    """An edit of a text that is in hand: the text changes."""
    petition, change = await state.current(context), state.edit(context)
    message = context.event.edited_message
    if change is None or message is None:
        raise NotEditable
    return edit.edited(context, petition, change, known.step, message.text or "")


async def put_aside(context: Context) -> Screen:
    """/cancel: what is in hand is kept, and /content comes back to it."""
    is_busy = state.is_busy(context)
    state.leave(context, forget=not is_busy)
    return Screen(Text("content/kept")) if is_busy else await home(context)


async def present(context: Context) -> Screen:
    """Where the person is."""
    return await _where(context, await state.current(context))


async def _where(context: Context, petition: Petition) -> Screen:
    change, file = state.edit(context), state.file(context)
    if file is not None:
        return await files.preview(context, petition, file)
    if change is not None:
        return edit.begin(context, petition, change)
    return await overview.home(context, petition)


ROUTES = Routes(
    commands={"content": Command(command, least="editor")},
    actions={WorkOnPart: work_on_part, WorkOnEdit: work_on_edit},
)
