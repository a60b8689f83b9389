"""Recompute the name keys of an older version after an upgrade."""

from functools import partial

from bot.jobs.loops import run_every
from campaign.signing.sign import refold_names
from handlers.services import Services

SECONDS = 600.0


async def keep_name_keys(services: Services) -> None:
    """Compute what is outdated, a page at a time; never returns."""
    await run_every("name keys", partial(refold, services), every=SECONDS)


async def refold(services: Services) -> bool:
    """Do one page; True while there are more."""
    async with services.database.transaction() as db:
        return await refold_names(db, now=services.clock())
