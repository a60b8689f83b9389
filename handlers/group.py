"""What a group is shown of the campaign: the petition's card, with a button that leads to it in
private; where several are open, the one that is named, or all of them to choose from."""

from collections.abc import Collection

from campaign.petition import Petition
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from storage import campaigns

MOST_OFFERED = 8


async def card(services: Services, named: Collection[str], language: str) -> Screen:
    """The card of the open petition; nothing about anybody is read or kept.

    Args:
        named: short names that were said.
    """
    petitions = [petition for petition in await services.catalogue.petitions() if petition.is_open]
    wanted = [one for one in petitions if one.campaign.slug in named] or petitions
    if len(wanted) == 1:
        return await _card(services, wanted[0], language)
    return _hello(services, petitions[:MOST_OFFERED], language)


async def _card(services: Services, petition: Petition, language: str) -> Screen:
    async with services.database.reading() as db:
        view = petition.view(language, await campaigns.totals(db, petition.id))
    return Screen(
        Text("group/card", {"campaign": view}),
        [[Button("sign", url=services.link(petition.campaign.slug))]],
        picture=petition.definition.picture,
        picture_key=petition.picture_key,
    )


def _hello(services: Services, petitions: list[Petition], language: str) -> Screen:
    buttons = [
        [
            Button(
                "campaign",
                url=services.link(petition.campaign.slug),
                variables={"title": petition.texts(language).title},
            )
        ]
        for petition in petitions
    ]
    rows = buttons or [[Button("open_bot", url=services.link())]]
    return Screen(Text("group/hello", {"open": bool(petitions)}), rows)
