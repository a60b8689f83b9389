"""People's data goes when its time has come: staff are told before, and it is done bit by bit."""

import asyncio
from functools import partial
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.loops import attempt
from bot.jobs.notifications import tell_now
from campaign import erased_signers, request_limits, retention, staff
from campaign.delivery.wait import pause
from campaign.petition import Petition
from campaign.signing import limit
from handlers.screens import Button, Screen, Text
from handlers.services import House
from storage.leadership import leading

log = structlog.get_logger()

LEADERSHIP = 7_205_759_403_793
SECONDS_BETWEEN_LOOKS = 600.0
BREATH_SECONDS = 0.05


async def keep_retention(house: House, bot: ExtBot[Any]) -> None:
    """Look again and again whether something is due; never returns."""
    while True:
        async with leading(house.database, LEADERSHIP) as lost:
            while not lost.is_set():
                await attempt("retention", partial(look, house, bot))
                await pause(SECONDS_BETWEEN_LOOKS, sooner=lost)


async def look(house: House, bot: ExtBot[Any]) -> None:
    """Tell staff of what is coming, and let go what is due."""
    for petition in await house.catalogue.petitions():
        async with house.database.transaction() as db:
            due = await retention.announce(db, petition, now=house.clock())
            told = await staff.owners(db, petition.id) if due else []
        for owner in told:
            language = house.renderer.match(owner.language, owner.telegram_language)
            variables = {
                "campaign": petition.view(language),
                "on": due.astimezone(petition.zone).date() if due else None,
            }
            screen = Screen(Text("retention/soon", variables), [[_longer(petition)]])
            await tell_now(house, bot, owner.telegram_id, screen, language, about="retention")
        begun = False
        while await _some(house, petition):
            begun = True
            await asyncio.sleep(BREATH_SECONDS)
        if begun:
            house.erased.set()
            log.info("people of a closed campaign forgotten", campaign_id=petition.id)
        async with house.database.transaction() as db:
            await erased_signers.tidy(db, petition)
    async with house.database.transaction() as db:
        await limit.drop_full(db, now=house.clock())
        await request_limits.drop_old(db, now=house.clock())


async def _some(house: House, petition: Petition) -> bool:
    key = house.identity_key
    return await retention.erase_due(house.database, petition, now=house.clock(), identity_key=key)


def _longer(petition: Petition) -> Button:
    return Button("keep_longer", f"keep:{petition.id}")
