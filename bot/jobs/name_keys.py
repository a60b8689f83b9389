"""Keys of names that an older version computed: brought up to date after an upgrade."""

from functools import partial

from bot.jobs.loops import keep_doing
from campaign.signing.sign import refold_names
from handlers.services import House

SECONDS = 600.0


async def keep_name_keys(house: House) -> None:
    """Compute what is outdated, a page at a time; never returns."""
    await keep_doing("name keys", partial(refold, house), every=SECONDS)


async def refold(house: House) -> bool:
    """Do one page; True while there are more."""
    async with house.database.transaction() as db:
        return await refold_names(db, now=house.clock())
