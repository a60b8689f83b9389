"""Erase people's data and messages when their time has come; staff are told in advance."""

import asyncio
from datetime import datetime

import structlog

from campaign import erased_signers, inbox, inbox_by_email, request_limits, retention
from campaign.notifications import notify_staff
from campaign.petition import Petition
from campaign.signing import limit
from handlers.notifications import to_data
from handlers.screens import Button
from handlers.services import Services
from handlers.staff.retention import Keep
from storage.database import Connection

log = structlog.get_logger()

BREATH_SECONDS = 0.05


async def run_due(services: Services) -> None:
    """Tell staff of what is coming, and let go what is due."""
    for petition in await services.catalogue.petitions():
        async with services.database.transaction() as db:
            due = await retention.announce(db, petition, now=services.clock())
            if due is not None:
                await _announce(services, db, petition, due)
        if due is not None:
            services.notified.set()
        begun = False
        while await _some(services, petition):
            begun = True
            await asyncio.sleep(BREATH_SECONDS)
        if begun:
            services.erased.set()
            log.info("people of a closed campaign forgotten", campaign_id=petition.id)
        async with services.database.transaction() as db:
            await erased_signers.tidy(db, petition)
    async with services.database.transaction() as db:
        await limit.drop_full(db, now=services.clock())
        await request_limits.drop_old(db, now=services.clock())
    while await _drop_messages(services):
        services.erased.set()
        log.info("messages to campaigns dropped, as promised")
        await asyncio.sleep(BREATH_SECONDS)


async def _drop_messages(services: Services) -> bool:
    """Messages to campaigns go when they have been kept long enough."""
    days, now = services.inbox_days, services.clock()
    async with services.database.transaction() as db:
        await inbox_by_email.drop_old(db, now=now)
        return await inbox.drop_old(db, days=days, now=now)


async def _some(services: Services, petition: Petition) -> bool:
    key = services.identity_key
    return await retention.erase_due(
        services.database, petition, now=services.clock(), identity_key=key
    )


async def _announce(services: Services, db: Connection, petition: Petition, due: datetime) -> None:
    """Tell owners when the data will go, with the button that puts it off."""
    await notify_staff(
        db,
        petition.id,
        "owner",
        "retention/soon",
        variables={"on": due.astimezone(petition.zone).date()},
        buttons=to_data([[Button("keep_longer", Keep(petition.id))]]),
        dedupe_key=f"retention:{petition.id}:{due.isoformat()}",
        now=services.clock(),
    )
