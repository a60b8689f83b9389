"""/petitions: those that are open, and those the person has signed, with what became of each."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from campaign.petition import CampaignView, Petition
from handlers.context import Context
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.supporter.buttons import ListPetitions, Page
from storage import signatures
from storage.signatures import Signature

PAGE = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A petition in a list; number and date of the person's signature, if there is one."""

    campaign: CampaignView
    number: int | None = None
    signed_on: date | None = None


async def command(context: Context) -> Screen:
    """/petitions: what is open; where nothing is, what the person has signed."""
    signed = await _signatures(context)
    tab = _open if context.open_petitions or not signed else _signed
    return replace(await tab(context, signed, 0), fresh=True)


async def show(context: Context, action: ListPetitions) -> Screen:
    """The other list, or another page of one."""
    tab = _open if action.tab == "open" else _signed
    return await tab(context, await _signatures(context), action.page)


async def _open(context: Context, signed: list[tuple[Petition, Signature]], page: int) -> Screen:
    petitions = context.open_petitions[::-1]
    own = {petition.id: signature for petition, signature in signed}
    shown, ways, place = _page_of([(one, own.get(one.id)) for one in petitions], "open", page)
    variables = {"petitions": await _listed(context, shown), **place}
    there = [
        [Button("petitions_signed", ListPetitions("signed", 0), variables={"count": len(signed)})]
    ]
    return Screen(
        Text("petitions/open", variables),
        [*_to_pages(context, shown), *ways, *(there if signed else [])],
    )


async def _signed(context: Context, signed: list[tuple[Petition, Signature]], page: int) -> Screen:
    shown, ways, place = _page_of([*signed], "signed", page)
    variables = {"petitions": await _listed(context, shown), **place}
    count = len(context.open_petitions)
    there = [[Button("petitions_open", ListPetitions("open", 0), variables={"count": count})]]
    return Screen(
        Text("petitions/signed", variables),
        [*_to_pages(context, shown), *ways, *(there if count else [])],
    )


async def _signatures(context: Context) -> list[tuple[Petition, Signature]]:
    """The person's live signatures, newest first, with the petitions that are to be seen."""
    found = await signatures.live_of(context.db, context.supporter.id)
    return [(p, one) for one in found if (p := context.find_petition(one.campaign_id)) is not None]


Tab = Literal["open", "signed"]
Entries = list[tuple[Petition, Signature | None]]


def _page_of(entries: Entries, tab: Tab, page: int) -> tuple[Entries, Rows, dict[str, int]]:
    """One page's entries, the ways to others, and which page it is of how many."""
    pages = max(1, -(-len(entries) // PAGE))
    page = min(page, pages - 1)
    ways = [
        Button(label, ListPetitions(tab, to))
        for label, to in (("page_before", page - 1), ("page_after", page + 1))
        if 0 <= to < pages
    ]
    place = {"page": page + 1, "pages": pages}
    return entries[page * PAGE : (page + 1) * PAGE], [ways] if ways else [], place


async def _listed(context: Context, shown: Entries) -> list[Listed]:
    return [
        Listed(
            await context.view(petition),
            own.number if own else None,
            own.signed_at.astimezone(petition.zone).date() if own else None,
        )
        for petition, own in shown
    ]


def _to_pages(context: Context, shown: Entries) -> list[list[Button]]:
    return [
        [
            Button(
                "campaign",
                Page("home", petition.id),
                variables={"title": petition.texts(context.language).title},
            )
        ]
        for petition, _ in shown
    ]


ROUTES = Routes(
    commands={"petitions": Command(command)},
    actions={ListPetitions: show},
)
