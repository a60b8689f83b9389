"""Erase people's data when its time has come; staff are told in advance."""

import asyncio
from functools import partial
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.loops import run_logged
from bot.jobs.notifications import tell_now
from campaign import erased_signers, request_limits, retention, staff
from campaign.delivery.wait import pause
from campaign.petition import Petition
from campaign.signing import limit
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.staff.retention import Keep
from storage.leadership import leading

log = structlog.get_logger()

LEADERSHIP = 7_205_759_403_793
SECONDS_BETWEEN_LOOKS = 600.0
BREATH_SECONDS = 0.05


async def run_retention(services: Services, bot: ExtBot[Any]) -> None:
    """Look again and again whether something is due; never returns."""
    while True:
        async with leading(services.database, LEADERSHIP) as lost:
            while not lost.is_set():
                await run_logged("retention", partial(run_due, services, bot))
                await pause(SECONDS_BETWEEN_LOOKS, sooner=lost)


async def run_due(services: Services, bot: ExtBot[Any]) -> None:
    """Tell staff of what is coming, and let go what is due."""
    for petition in await services.catalogue.petitions():
        async with services.database.transaction() as db:
            due = await retention.announce(db, petition, now=services.clock())
            told = await staff.owners(db, petition.id) if due else []
        for owner in told:
            language = services.renderer.match(owner.language, owner.telegram_language)
            variables = {
                "campaign": petition.view(language),
                "on": due.astimezone(petition.zone).date() if due else None,
            }
            screen = Screen(Text("retention/soon", variables), [[_longer(petition)]])
            await tell_now(services, bot, owner.telegram_id, screen, language, about="retention")
        begun = False
        while await _some(services, petition):
            begun = True
            await asyncio.sleep(BREATH_SECONDS)
        if begun:
            services.erased.set()
            log.info("people of a closed campaign forgotten", campaign_id=petition.id)
        async with services.database.transaction() as db:
            await erased_signers.tidy(db, petition)
    async with services.database.transaction() as db:
        await limit.drop_full(db, now=services.clock())
        await request_limits.drop_old(db, now=services.clock())


async def _some(services: Services, petition: Petition) -> bool:
    key = services.identity_key
    return await retention.erase_due(
        services.database, petition, now=services.clock(), identity_key=key
    )


def _longer(petition: Petition) -> Button:
    return Button("keep_longer", Keep(petition.id))
