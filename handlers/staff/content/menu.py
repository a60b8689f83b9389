"""/content: what somebody of the staff says or taps while they change the campaign's texts."""

from dataclasses import replace

from campaign.definition.parts import PARTS
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.content import actions, edit, files, state
from handlers.staff.content.state import is_open
from handlers.staff.permissions import addressed, theirs_as
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import front_door

__all__ = ["chosen", "command", "is_open", "present", "put_aside", "sent", "tapped", "written"]

OF_THE_ENTRY = frozenset({"item", "change", "remove", "gone", "up", "down"})
"""Acts on an entry by its place, which another version may have given to another entry."""


async def command(visit: Visit) -> Screen:
    """/content: choose what to change, or go on with what is in hand. For editors."""
    theirs = await theirs_as(visit, "editor")
    if theirs is None:
        return await unknown_command(visit)
    in_hand = await state.current(visit)
    if in_hand is not None and state.is_busy(visit):
        return await _where(visit, in_hand)
    named, _ = addressed(visit, theirs)
    petition = await state.campaign(visit, named.id) if named else None
    if petition is not None:
        return replace(await actions.home(visit, petition), fresh=True)
    rows = [
        [Button("campaign", f"edit:{one.id}:0:home", variables={"title": one.texts(code).title})]
        for code in [visit.language]
        for one in theirs
    ]
    return Screen(Text("content/which"), rows, fresh=True)


async def chosen(visit: Visit) -> Screen:
    """A button of a version of the campaign. One of an older version shows the present list."""
    campaign_id, version, act, name, place = visit.args
    petition = await state.campaign(visit, campaign_id)
    part = PARTS.get(name)
    if petition is None:
        return await front_door(visit)
    if state.is_busy(visit) and await state.current(visit) is not None:
        return replace(await present(visit), toast="toast/unfinished")
    if act == "send":
        return await actions.send(visit, petition, PARTS["title"], 0)
    if part is None or act not in actions.ACTS:
        return await actions.home(visit, petition)
    if act in OF_THE_ENTRY and int(version) != petition.campaign.version:
        return replace(await actions.listed(visit, petition, part), toast="toast/stale")
    state.go_to(visit, petition, state.CHOOSING)
    return await actions.ACTS[act](visit, petition, part, int(place or 0))


async def tapped(visit: Visit) -> Screen:
    """A button about what is in hand. One of an earlier step shows where the person is."""
    serial, act = int(visit.args[0]), visit.args[1]
    petition = await state.current(visit)
    if petition is None or not is_open(visit):
        return replace(await front_door(visit), toast="toast/stale")
    if serial != visit.dialog.serial:
        doubled = serial == visit.dialog.serial - 1
        if doubled:
            return Screen(toast="toast/done_already")
        return replace(await _where(visit, petition), toast="toast/stale", fresh=True)
    return await _act(visit, petition, act)


async def _act(visit: Visit, petition: Petition, act: str) -> Screen:
    change, file = state.edit(visit), state.file(visit)
    if act == "throw":
        screen = await actions.home(visit, petition)
        return replace(screen, above=Text("content/thrown"))
    if file is not None:
        return await (files.live if act == "live" else files.look)(visit, petition, file)
    if change is None:
        return await actions.home(visit, petition)
    match act:
        case "keep":
            return edit.kept_as_it_is(visit, petition, change)
        case "skip":
            return edit.left_out(visit, petition, change)
        case "anew":
            return edit.anew(visit, petition, change)
    return await edit.live(visit, petition, change)


async def written(visit: Visit) -> Screen:
    """A text: the answer to the open question, or out of place."""
    petition = await state.current(visit)
    if petition is None:
        return await _not_theirs(visit)
    message, change = visit.update.effective_message, state.edit(visit)
    if change is None or visit.dialog.step != state.ASKING:
        return replace(await _where(visit, petition), above=Text("content/tap"), fresh=True)
    return edit.written(visit, petition, change, (message.text if message else None) or "")


async def sent(visit: Visit) -> Screen:
    """Something that is no text: a campaign file, or out of place."""
    petition = await state.current(visit)
    if petition is None:
        return await _not_theirs(visit)
    message = visit.update.effective_message
    if message is not None and message.document is not None and state.edit(visit) is None:
        return await files.received(visit, petition)
    what = "unfinished" if visit.attachment is not None else "text_only"
    return replace(await _where(visit, petition), above=Text(f"content/{what}"), fresh=True)


async def put_aside(visit: Visit) -> Screen:
    """/cancel: what is in hand is kept, and /content comes back to it."""
    state.leave(visit, forget=not state.is_busy(visit))
    return await front_door(visit)


async def present(visit: Visit) -> Screen:
    """Where the person is."""
    petition = await state.current(visit)
    return await (_where(visit, petition) if petition else _not_theirs(visit))


async def _where(visit: Visit, petition: Petition) -> Screen:
    change, file = state.edit(visit), state.file(visit)
    if file is not None:
        return await files.look(visit, petition, file)
    if change is not None:
        return edit.begin(visit, petition, change)
    return await actions.home(visit, petition)


async def _not_theirs(visit: Visit) -> Screen:
    """The campaign is gone, or they may change it no longer."""
    state.leave(visit)
    return await front_door(visit)
