"""Recompute the name keys of an older version after an upgrade."""

from campaign.signing.name_keys import refold_names
from handlers.services import Services


async def refold(services: Services) -> bool:
    """Do one page; True while there are more."""
    async with services.database.transaction() as db:
        return await refold_names(db, now=services.clock())
