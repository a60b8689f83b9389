"""Actions on the campaign's texts: add, change, move or remove an entry."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from campaign.catalogue import ChangedMeanwhile
from campaign.definition import publish_edits
from campaign.definition.edits import Edit, Gone
from campaign.definition.parts import Part, entries
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Attachment, Screen, Text
from handlers.staff.content import edit, overview, state
from handlers.staff.content.buttons import PartAct, to

Choose = Callable[[Context, Petition, Part, int], Awaitable[Screen]]


async def add(context: Context, petition: Petition, part: Part, _: int) -> Screen:
    """Begin a new entry."""
    there = entries(petition.definition, part)
    if len(there) >= part.most:
        return await overview.listed(context, petition, part)
    change = Edit(petition.id, petition.campaign.version, part.name, "add", len(there))
    return edit.begin(context, petition, change)


async def change(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """Begin to rewrite an entry."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await overview.listed(context, petition, part)
    version = petition.campaign.version
    begun = Edit(petition.id, version, part.name, "change", place, before=there[place])
    return edit.begin(context, petition, begun)


async def remove(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """Really? Asked before anything is taken out."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await overview.listed(context, petition, part)
    words = overview.first_words(context, petition, part, there[place])
    return Screen(
        Text("content/remove", {"part": part.name, "words": words}),
        [
            [to(petition, "content_remove_yes", "gone", part.name, place)],
            [to(petition, "back", "item", part.name, place)],
        ],
    )


async def gone(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """Yes: take it out."""
    if not (part.listed or part.name in part.optional):
        return await overview.listed(context, petition, part)
    return await _at_once(context, petition, part, place, Edit(0, 0, part.name, "remove", place))


async def up(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """Before the one above it."""
    moved = Edit(0, 0, part.name, "move", place, to=place - 1)
    return await _at_once(context, petition, part, place, moved)


async def down(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """After the one below it."""
    moved = Edit(0, 0, part.name, "move", place, to=place + 1)
    return await _at_once(context, petition, part, place, moved)


async def send(context: Context, petition: Petition, _: Part, __: int) -> Screen:
    """The campaign as a file, to be changed and sent back."""
    from campaign.definition.export import to_toml

    screen = await overview.home(context, petition)
    written = to_toml(petition.definition, version=petition.campaign.version, at=context.now)
    named = f"{petition.campaign.slug}.toml"
    return replace(screen, files=(Attachment(named, written.encode()),), fresh=True)


async def _at_once(
    context: Context, petition: Petition, part: Part, place: int, act: Edit
) -> Screen:
    """Changes that one tap makes, on the version that the person has before them."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await overview.listed(context, petition, part)
    version = petition.campaign.version
    whole = replace(act, campaign_id=petition.id, version=version, before=there[place])
    try:
        live = await publish_edits.put_live(
            context.db, petition, whole, actor=context.supporter.telegram_id, now=context.now
        )
    except (Gone, ChangedMeanwhile):
        now = await state.campaign(context, petition.id)
        return replace(await overview.listed(context, now, part), toast="toast/stale")
    context.after_commit = context.services.catalogue.look_again
    return replace(await overview.listed(context, live, part), toast="toast/saved")


ACTS: dict[PartAct, Choose] = {
    "list": overview.listed,
    "item": overview.entry,
    "add": add,
    "change": change,
    "remove": remove,
    "gone": gone,
    "up": up,
    "down": down,
    "send": send,
}
"""Buttons of a version of the campaign; "home" is beside them."""
