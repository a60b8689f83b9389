"""Count what has come of each share text."""

from campaign.referrals import share_texts
from handlers.services import Services


async def count(services: Services) -> None:
    """Of every open campaign that tries more than one."""
    for petition in await services.catalogue.petitions():
        if petition.is_open and len(share_texts.texts(petition, "")) > 1:
            await share_texts.count(services.database, petition, now=services.clock())
