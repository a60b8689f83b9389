"""Look for bursts of signatures, and tell staff."""

import structlog

from campaign.invalidation import bursts
from handlers.services import Services

log = structlog.get_logger()


async def check(services: Services) -> None:
    """Look at each open campaign once."""
    for petition in await services.catalogue.petitions():
        if petition.is_open and await bursts.detect(
            services.database, petition, now=services.clock()
        ):
            log.info("burst noticed", campaign_id=petition.id)
            services.notified.set()
