"""In a group the bot is brief: the petition's card, with a button that leads to it in private.

`/petition` posts it; where several are open, `/petition NAME` the one of that short name.
"""

import telegram

from campaign.petition import Petition
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.show import post
from storage import campaigns

MOST_OFFERED = 8


async def answer(services: Services, update: telegram.Update) -> None:
    """One message; nothing about anybody is read or kept."""
    asked = update.effective_message
    if asked is None:
        return
    user = update.effective_user
    language = services.renderer.match(user.language_code if user else None)
    petitions = [petition for petition in await services.catalogue.petitions() if petition.is_open]
    named = set((asked.text or "").split()[1:2])
    wanted = [one for one in petitions if one.campaign.slug in named] or petitions
    if len(wanted) == 1:
        screen = await _card(services, wanted[0], language)
    else:
        screen = _hello(services, petitions[:MOST_OFFERED], language)
    await post(services, update, screen, language)


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
