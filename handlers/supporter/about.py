"""Pages for those who want to know more: who supports it, why, what opponents say, who we are."""

from collections.abc import Awaitable, Callable

from campaign.petition import Petition
from campaign.signing import standing
from handlers.context import Context
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import Page, Sign

PAGE = 5
"""Endorsements on a page."""


def doors(petition: Petition) -> Rows:
    """The way to these pages, as far as there is something on them."""
    definition, texts = petition.definition, petition.texts("")
    there = {
        "why": bool(texts.reasons),
        "supporters": bool(texts.endorsements or definition.organisations),
        "opponents": bool(texts.opponents),
        "who_we_are": bool(texts.about),
        "questions": bool(texts.questions),
        "news": True,
    }
    buttons = [
        Button(name, Page(name, petition.id)) for name, is_there in there.items() if is_there
    ]
    return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]


async def onward(context: Context, petition: Petition) -> Rows:
    """What the person can do next for an open petition, and back to it: sign, or ask a friend."""
    home = Button("home", Page("home", petition.id))
    if not petition.is_open:
        return [[home]]
    if await standing.has_yet_to_sign(context.db, petition, context.supporter):
        return [[Button("sign", Sign(petition.id)), home]]
    return [[Button("share", Page("share", petition.id)), home]]


async def supporters(context: Context, petition: Petition, wanted: int | None) -> Screen:
    """Who supports it, page by page; the organisations behind it stand on the first."""
    view = await context.view(petition)
    pages = max(1, -(-len(view.endorsements) // PAGE))
    page = min(wanted or 0, pages - 1)
    turning = [
        Button(label, Page("supporters", petition.id, other))
        for label, other in (("earlier", page - 1), ("more", page + 1))
        if 0 <= other < pages
    ]
    variables = {
        "campaign": view,
        "endorsements": view.endorsements[page * PAGE : (page + 1) * PAGE],
        "organisations": view.organisations if page == 0 else (),
        "page": page + 1,
        "pages": pages,
    }
    rows = [*([turning] if turning else []), *await onward(context, petition)]
    return Screen(Text("about/supporters", variables), rows)


async def why(context: Context, petition: Petition, _: int | None) -> Screen:
    """The reasons to sign."""
    rows = await onward(context, petition)
    return Screen(Text("about/why", {"campaign": await context.view(petition)}), rows)


async def opponents(context: Context, petition: Petition, _: int | None) -> Screen:
    """What opponents say, each a button to the answer."""
    view = await context.view(petition)
    buttons = [
        [Button("claim", Page("opponent", petition.id, place), variables={"claim": one.claim})]
        for place, one in enumerate(view.opponents)
    ]
    return Screen(
        Text("about/opponents", {"campaign": view}), [*buttons, *await onward(context, petition)]
    )


async def opponent(context: Context, petition: Petition, place: int | None) -> Screen:
    """One thing that opponents say, and the answer; one that has gone shows them all."""
    said = petition.texts(context.language).opponents
    if place is None or place >= len(said):
        return await opponents(context, petition, None)
    one = said[place]
    return Screen(
        Text("about/opponent", {"claim": one.claim, "answer": one.answer}),
        [[Button("opponents", Page("opponents", petition.id))], *await onward(context, petition)],
    )


async def who_we_are(context: Context, petition: Petition, _: int | None) -> Screen:
    """Who runs the campaign, in their own words."""
    rows = await onward(context, petition)
    return Screen(Text("about/about", {"campaign": await context.view(petition)}), rows)


PAGES: dict[str, Callable[[Context, Petition, int | None], Awaitable[Screen]]] = {
    "supporters": supporters,
    "why": why,
    "opponents": opponents,
    "opponent": opponent,
    "who_we_are": who_we_are,
}
