"""Look for bursts of signatures, and tell staff."""

import asyncio
from functools import partial

import structlog

from bot.jobs.loops import run_every
from campaign.invalidation import bursts
from handlers.services import Services

log = structlog.get_logger()

LOOK_SECONDS = 60.0


async def run_bursts(services: Services) -> None:
    """Look at each open campaign every few minutes; never returns."""
    await asyncio.sleep(LOOK_SECONDS)
    await run_every("bursts", partial(check, services), every=LOOK_SECONDS)


async def check(services: Services) -> None:
    """Look at each open campaign once."""
    for petition in await services.catalogue.petitions():
        if petition.is_open and await bursts.detect(
            services.database, petition, now=services.clock()
        ):
            log.info("burst noticed", campaign_id=petition.id)
            services.notified.set()
