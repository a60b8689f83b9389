"""/content: what somebody of the staff says or taps while they change the campaign's texts."""

from dataclasses import replace

from campaign.content_parts import PARTS
from campaign.petition import Petition
from handlers.screen import Button, Screen, Text
from handlers.staff.content import asking, choosing, drafts, files
from handlers.staff.content.drafts import is_open
from handlers.staff.rights import addressed, theirs_as
from handlers.supporter.start import front_door
from handlers.supporter.unexpected import unknown_command
from handlers.visit import Visit

__all__ = ["chosen", "command", "is_open", "present", "put_aside", "sent", "tapped", "written"]

OF_THE_ENTRY = frozenset({"item", "change", "remove", "gone", "up", "down"})
"""Acts on an entry by its place, which another version may have given to another entry."""


async def command(visit: Visit) -> Screen:
    """/content: choose what to change, or go on with what is in hand. For editors."""
    theirs = await theirs_as(visit, "editor")
    if theirs is None:
        return await unknown_command(visit)
    in_hand = await drafts.current(visit)
    if in_hand is not None and drafts.is_busy(visit):
        return await _where(visit, in_hand)
    named, _ = addressed(visit, theirs)
    petition = await drafts.campaign(visit, named.id) if named else None
    if petition is not None:
        return replace(await choosing.home(visit, petition), fresh=True)
    rows = [
        [Button("campaign", f"edit:{one.id}:0:home", variables={"title": one.texts(code).title})]
        for code in [visit.language]
        for one in theirs
    ]
    return Screen(Text("content/which"), rows, fresh=True)


async def chosen(visit: Visit) -> Screen:
    """A button of a version of the campaign. One of an older version shows the present list."""
    campaign_id, version, act, name, place = visit.args
    petition = await drafts.campaign(visit, campaign_id)
    part = PARTS.get(name)
    if petition is None:
        return await front_door(visit)
    if drafts.is_busy(visit) and await drafts.current(visit) is not None:
        return replace(await present(visit), toast="toast/unfinished")
    if act == "send":
        return await choosing.send(visit, petition, PARTS["title"], 0)
    if part is None or act not in choosing.ACTS:
        return await choosing.home(visit, petition)
    if act in OF_THE_ENTRY and int(version) != petition.campaign.version:
        return replace(await choosing.listed(visit, petition, part), toast="toast/stale")
    drafts.go_to(visit, petition, drafts.CHOOSING)
    return await choosing.ACTS[act](visit, petition, part, int(place or 0))


async def tapped(visit: Visit) -> Screen:
    """A button about what is in hand. One of an earlier step shows where the person is."""
    serial, act = int(visit.args[0]), visit.args[1]
    petition = await drafts.current(visit)
    if petition is None or not is_open(visit):
        return replace(await front_door(visit), toast="toast/stale")
    if serial != visit.dialog.serial:
        doubled = serial == visit.dialog.serial - 1
        if doubled:
            return Screen(toast="toast/done_already")
        return replace(await _where(visit, petition), toast="toast/stale", fresh=True)
    return await _act(visit, petition, act)


async def _act(visit: Visit, petition: Petition, act: str) -> Screen:
    change, file = drafts.edit(visit), drafts.file(visit)
    if act == "throw":
        screen = await choosing.home(visit, petition)
        return replace(screen, above=Text("content/thrown"))
    if file is not None:
        return await (files.live if act == "live" else files.look)(visit, petition, file)
    if change is None:
        return await choosing.home(visit, petition)
    match act:
        case "keep":
            return asking.kept_as_it_is(visit, petition, change)
        case "skip":
            return asking.left_out(visit, petition, change)
        case "anew":
            return asking.anew(visit, petition, change)
    return await asking.live(visit, petition, change)


async def written(visit: Visit) -> Screen:
    """A text: the answer to the open question, or out of place."""
    petition = await drafts.current(visit)
    if petition is None:
        return await _not_theirs(visit)
    message, change = visit.update.effective_message, drafts.edit(visit)
    if change is None or visit.dialog.step != drafts.ASKING:
        return replace(await _where(visit, petition), above=Text("content/tap"), fresh=True)
    return asking.written(visit, petition, change, (message.text if message else None) or "")


async def sent(visit: Visit) -> Screen:
    """Something that is no text: a campaign file, or out of place."""
    petition = await drafts.current(visit)
    if petition is None:
        return await _not_theirs(visit)
    message = visit.update.effective_message
    if message is not None and message.document is not None and drafts.edit(visit) is None:
        return await files.received(visit, petition)
    what = "unfinished" if visit.attachment is not None else "text_only"
    return replace(await _where(visit, petition), above=Text(f"content/{what}"), fresh=True)


async def put_aside(visit: Visit) -> Screen:
    """/cancel: what is in hand is kept, and /content comes back to it."""
    drafts.leave(visit, forget=not drafts.is_busy(visit))
    return await front_door(visit)


async def present(visit: Visit) -> Screen:
    """Where the person is."""
    petition = await drafts.current(visit)
    return await (_where(visit, petition) if petition else _not_theirs(visit))


async def _where(visit: Visit, petition: Petition) -> Screen:
    change, file = drafts.edit(visit), drafts.file(visit)
    if file is not None:
        return await files.look(visit, petition, file)
    if change is not None:
        return asking.begin(visit, petition, change)
    return await choosing.home(visit, petition)


async def _not_theirs(visit: Visit) -> Screen:
    """The campaign is gone, or they may change it no longer."""
    drafts.leave(visit)
    return await front_door(visit)
