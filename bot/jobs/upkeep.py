"""Check kept totals, decide which areas are shown, seal the evidence."""

import structlog

from campaign import public_figures, recount
from campaign.catalogue import every_petition
from handlers.services import Services
from storage import campaigns, drift, evidence
from storage.database import Database

log = structlog.get_logger()

NIGHT_HOUR = 3
"""In UTC: from when on areas are looked at for the day."""


async def check_totals(database: Database) -> None:
    """Compare every kept total and what is kept beside it with a fresh count; log a difference as
    an error, and note it for owners to be told."""
    async with database.reading() as db:
        differing = [
            petition.campaign
            for petition in await every_petition(db)
            if await recount.differences(db, petition)
        ]
    for campaign in differing:
        log.error("kept total differs from a fresh count", campaign=campaign.slug)
        async with database.transaction() as db:
            await drift.note(db, campaign.id)


async def refresh_areas(services: Services) -> None:
    """Decide once a day which areas the world sees; what is missed is made up for."""
    now = services.clock()
    if now.hour < NIGHT_HOUR:
        return
    async with services.database.transaction() as db:
        ids = [one.id for one in await campaigns.all(db)]
        await public_figures.refresh_areas_daily(db, ids, now.date())


async def seal_evidence(services: Services) -> None:
    """Put what has been added to the ledger of consents and to the wordings into the chain of the
    audit log; what cannot be sealed now is sealed the next time."""
    for table in evidence.SEALED:
        while await evidence.seal(services.database, table, now=services.clock()):
            pass
