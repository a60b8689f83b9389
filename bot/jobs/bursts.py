"""Look for bursts of signatures, and tell staff."""

import asyncio
from functools import partial
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.loops import run_every
from bot.jobs.notifications import tell_now
from campaign import staff
from campaign.invalidation import bursts
from campaign.invalidation.link_names import named_link
from campaign.petition import Petition
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.staff.bursts import Burst as BurstAction
from storage import bursts as kept
from storage.bursts import Burst

log = structlog.get_logger()

LOOK_SECONDS = 60.0


async def run_bursts(services: Services, bot: ExtBot[Any]) -> None:
    """Look every few minutes, in whichever process is first; never returns."""
    await asyncio.sleep(LOOK_SECONDS)
    await run_every("bursts", partial(check, services, bot), every=LOOK_SECONDS)


async def check(services: Services, bot: ExtBot[Any]) -> None:
    """Look at each open campaign, and tell of what is new. Once each: who is killed in between
    tells nobody."""
    petitions = await services.catalogue.by_id()
    for petition in petitions.values():
        if petition.is_open:
            await bursts.detect(services.database, petition, now=services.clock())
    async with services.database.transaction() as db:
        untold = await kept.claim_untold(db)
    for burst in untold:
        if (its := petitions.get(burst.campaign_id)) is not None:
            await _tell(services, bot, its, burst)


async def _tell(services: Services, bot: ExtBot[Any], petition: Petition, burst: Burst) -> None:
    async with services.database.reading() as db:
        editors = await staff.working(db, petition.id, "editor")
        by_link = burst.kind in ("link", "referrer")
        key = await named_link(db, int(burst.key)) if by_link else burst.key
    log.info("burst noticed", campaign_id=petition.id, kind=burst.kind, count=burst.count)
    buttons = [
        [Button("look_at_them", BurstAction(burst.id, "look"))],
        [Button("mute_bursts", BurstAction(burst.id, "mute"))],
    ]
    for member in editors:
        language = services.renderer.match(member.language, member.telegram_language)
        variables = {
            "campaign": petition.view(language),
            "kind": burst.kind,
            "key": key or burst.key,
            "count": burst.count,
            "usual": burst.usual,
            "until": burst.until,
            "zone": petition.definition.timezone,
        }
        screen = Screen(Text("staff/burst", variables), buttons)
        await tell_now(services, bot, member.telegram_id, screen, language, about="burst")
