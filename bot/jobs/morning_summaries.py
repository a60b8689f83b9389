"""Send the morning summary to the staff who want it."""

from bot.jobs.loops import shielded
from campaign.petition import Petition
from campaign.stats import morning
from handlers.services import Services
from storage import notifications


async def queue_due(services: Services) -> None:
    """Queue all summaries that are due now.

    Raises:
        DatabaseUnavailable: those that have not been queued are due still.
    """
    for petition in await services.catalogue.petitions():
        while await shielded(_queue_next(services, petition)):
            services.notified.set()


async def _queue_next(services: Services, petition: Petition) -> bool:
    now = services.clock()
    async with services.database.transaction() as db:
        claimed = await morning.claim_next(db, petition, now=now)
        if claimed is None:
            return False
        one, day = claimed
        await notifications.add(
            db,
            [one.telegram_id],
            "stats/morning",
            campaign_id=petition.id,
            variables={"day": day},
            least_role="viewer",
            dedupe_key=f"summary:{petition.id}:{day}",
            now=now,
        )
    return True
