"""Addresses: keep those that the version before knows nothing of, let go idle browsers."""

import asyncio

import structlog

from campaign import idle_browsers
from handlers.services import Services
from storage import addresses

log = structlog.get_logger()

PAGE = 1_000
BREATH_SECONDS = 0.01


async def fill(services: Services) -> None:
    """Keep the Telegram addresses of those who came with the version before, page by page."""
    after: int | None = 0
    while after is not None:
        async with services.database.transaction() as db:
            after = await addresses.fill_missing(db, PAGE, after=after)
        await asyncio.sleep(BREATH_SECONDS)


async def drop_idle(services: Services) -> None:
    """Erase those who began in a browser and went away, and what idle browsers showed."""
    erased = await idle_browsers.drop(
        services.database, now=services.clock(), identity_key=services.identity_key
    )
    if erased:
        services.erased.set()
        log.info("people erased who began in a browser and went away", people=erased)
