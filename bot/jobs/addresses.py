"""Addresses: keep those that the version before knows nothing of, let go idle browsers."""

import asyncio

import structlog

from campaign import idle_browsers
from handlers.services import Services
from storage import missing_addresses

log = structlog.get_logger()

PAGE = 1_000
BREATH_SECONDS = 0.01


async def fill(services: Services) -> None:
    """Keep the Telegram addresses of those who came with the version before, page by page."""
    database = services.database
    async with database.reading() as db:
        after, newest = await missing_addresses.place(db), await missing_addresses.newest(db)
        kept = after + missing_addresses.LOOKED_AT_AGAIN
    while after < newest:
        async with database.reading() as db:
            missing = await missing_addresses.find(db, after, PAGE)
        if missing:
            async with database.transaction() as db:
                await missing_addresses.add(db, missing)
        after += PAGE
        await asyncio.sleep(BREATH_SECONDS)
    if newest > kept:
        async with database.transaction() as db:
            await missing_addresses.keep_place(db, newest)


async def drop_idle(services: Services) -> None:
    """Erase those who began in a browser and went away, and what idle browsers showed."""
    erased = await idle_browsers.drop(
        services.database, now=services.clock(), identity_key=services.identity_key
    )
    if erased:
        services.erased.set()
        log.info("people erased who began in a browser and went away", people=erased)
