"""Where people sign: in Telegram, on the website, on paper."""

from campaign.petition import Petition
from storage import campaigns, signature_channels
from storage.addresses import TELEGRAM
from storage.database import Connection

PAPER = "paper"


async def by_channel(db: Connection, petition: Petition) -> list[tuple[str, int]]:
    """How many signatures came by each channel, the most first; nothing where all came by one."""
    totals = await campaigns.totals(db, petition.id)
    elsewhere = dict(await signature_channels.of_campaign(db, petition.id))
    here = totals.live - sum(elsewhere.values())
    every = {TELEGRAM: max(0, here), **elsewhere, PAPER: totals.offline}
    found = sorted(
        ((name, count) for name, count in every.items() if count), key=lambda one: -one[1]
    )
    return found if len(found) > 1 else []
