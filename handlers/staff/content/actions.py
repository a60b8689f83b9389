"""What is to be changed: a part of what the campaign says, one of its entries, and how."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from campaign.catalogue import ChangedMeanwhile
from campaign.definition import publish_edits
from campaign.definition.edits import Edit, Gone
from campaign.definition.parts import PARTS, Entry, Part, entries
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Attachment, Button, Screen, Text
from handlers.staff.content import edit, state
from handlers.staff.content.buttons import PartAct, SetEnd, to

PAGE = 8
ROOM = 3_200
"""UTF-16 units for the texts of one entry in all languages."""

Choose = Callable[[Context, Petition, Part, int], Awaitable[Screen]]


async def home(context: Context, petition: Petition) -> Screen:
    """Everything that can be changed; a campaign file may be sent here, too."""
    state.go_to(context, petition, state.CHOOSING)
    buttons = [to(petition, f"part_{name}", "list", name) for name in PARTS]
    pairs = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    return Screen(
        Text("content/home", {"campaign": petition.view(context.language)}),
        [
            *pairs,
            [Button("end_set", SetEnd(petition.id, 0, "ask"))],
            [to(petition, "content_file", "send")],
        ],
    )


async def listed(context: Context, petition: Petition, part: Part, first: int = 0) -> Screen:
    """The entries of a part, some at a time; of a single text, that text."""
    state.go_to(context, petition, state.CHOOSING)
    if not part.listed:
        return await entry(context, petition, part, 0)
    there = entries(petition.definition, part)
    shown = list(enumerate(there))[first : first + PAGE]
    rows = [
        [
            to(petition, "content_entry", "item", part.name, place, number=place + 1, words=words)
            for words in [_first_words(context, petition, part, one)]
        ]
        for place, one in shown
    ]
    if first + PAGE < len(there):
        rows.append([to(petition, "more", "list", part.name, first + PAGE)])
    elif first:
        rows.append([to(petition, "content_first", "list", part.name)])
    if len(there) < part.most:
        rows.append([to(petition, "content_add", "add", part.name)])
    variables = {"part": part.name, "count": len(there), "most": part.most}
    return Screen(Text("content/list", variables), [*rows, [to(petition, "back", "home")]])


async def entry(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """One entry in each language, and what can be done with it."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await (listed(context, petition, part) if part.listed else _nothing(petition, part))
    found, names = there[place], language_names(context)
    texts = [
        (names.get(language, language), text)
        for language, fields in found.items()
        for text in fields.values()
        if text is not None
    ]
    variables = {
        "part": part.name,
        "place": place + 1 if part.listed else 0,
        "texts": texts,
        "limit": ROOM // max(1, len(texts)),
        "signed": part.signed,
    }
    return Screen(
        Text("content/entry", variables), _entry_buttons(petition, part, place, len(there))
    )


async def _nothing(petition: Petition, part: Part) -> Screen:
    return Screen(
        Text("content/list", {"part": part.name, "count": 0, "most": 1}),
        [[to(petition, "content_write", "add", part.name)], [to(petition, "back", "home")]],
    )


def _entry_buttons(petition: Petition, part: Part, place: int, count: int) -> list[list[Button]]:
    higher = [to(petition, "content_up", "up", part.name, place)] if place > 0 else []
    lower = [to(petition, "content_down", "down", part.name, place)] if place + 1 < count else []
    may_go = part.listed or part.name in part.optional
    removal = [to(petition, "content_remove", "remove", part.name, place)] if may_go else []
    back = to(petition, "back", "list", part.name) if part.listed else to(petition, "back", "home")
    rows = [
        [to(petition, "content_change", "change", part.name, place)],
        [*higher, *lower],
        removal,
        [back],
    ]
    return [row for row in rows if row]


async def add(context: Context, petition: Petition, part: Part, _: int) -> Screen:
    """Begin a new entry."""
    there = entries(petition.definition, part)
    if len(there) >= part.most:
        return await listed(context, petition, part)
    change = Edit(petition.id, petition.campaign.version, part.name, "add", len(there))
    return edit.begin(context, petition, change)


async def change(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """Begin to write an entry anew."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await listed(context, petition, part)
    version = petition.campaign.version
    begun = Edit(petition.id, version, part.name, "change", place, before=there[place])
    return edit.begin(context, petition, begun)


async def remove(context: Context, petition: Petition, part: Part, place: int) -> Screen:
    """Really? Asked before anything is taken out."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await listed(context, petition, part)
    words = _first_words(context, petition, part, there[place])
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
        return await listed(context, petition, part)
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

    screen = await home(context, petition)
    written = to_toml(petition.definition, version=petition.campaign.version, at=context.now)
    named = f"{petition.campaign.slug}.toml"
    return replace(screen, files=(Attachment(named, written.encode()),), fresh=True)


async def _at_once(
    context: Context, petition: Petition, part: Part, place: int, act: Edit
) -> Screen:
    """Changes that one tap makes, on the version that the person has before them."""
    there = entries(petition.definition, part)
    if place >= len(there):
        return await listed(context, petition, part)
    version = petition.campaign.version
    whole = replace(act, campaign_id=petition.id, version=version, before=there[place])
    try:
        live = await publish_edits.put_live(
            context.db, petition, whole, actor=context.supporter.telegram_id, now=context.now
        )
    except (Gone, ChangedMeanwhile):
        now = await state.campaign(context, petition.id)
        return replace(await listed(context, now, part), toast="toast/stale")
    context.after_commit = context.services.catalogue.look_again
    return replace(await listed(context, live, part), toast="toast/saved")


def _first_words(context: Context, petition: Petition, part: Part, found: Entry) -> str:
    """An entry in short, in the person's language where it can be."""
    fields = found.get(petition.language(context.language)) or next(iter(found.values()))
    return fields[part.fields[0]] or ""


def language_names(context: Context) -> dict[str, str]:
    """What the speakers of each language call it, by its code."""
    return {language.code: language.name for language in context.services.renderer.languages}


ACTS: dict[PartAct, Choose] = {
    "list": listed,
    "item": entry,
    "add": add,
    "change": change,
    "remove": remove,
    "gone": gone,
    "up": up,
    "down": down,
    "send": send,
}
"""Buttons of a version of the campaign; "home" is beside them."""
