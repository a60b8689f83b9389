"""The campaign's texts: all parts, the entries of one, and an entry in each language."""

from campaign.definition.parts import PARTS, Entry, Part, entries
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.content import state
from handlers.staff.content.buttons import SetEnd, to

PAGE = 8
ROOM = 3_200
"""UTF-16 units for the texts of one entry in all languages."""


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
            for words in [first_words(context, petition, part, one)]
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


def first_words(context: Context, petition: Petition, part: Part, found: Entry) -> str:
    """An entry in short, in the person's language where it can be."""
    fields = found.get(petition.language(context.language)) or next(iter(found.values()))
    return fields[part.fields[0]] or ""


def language_names(context: Context) -> dict[str, str]:
    """What the speakers of each language call it, by its code."""
    return {language.code: language.name for language in context.services.renderer.languages}
