"""The schedule. The database holds what is due; nothing here outlives a restart."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.jobs.loops import Job, run_logged
from campaign import public_figures, recount
from campaign.catalogue import every_petition
from handlers.services import Services
from storage import campaigns, drift, evidence
from storage.database import Database
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

AREAS_SECONDS = 1800.0
NIGHT_HOUR = 3
"""In UTC: from when on areas are looked at for the day."""


@contextmanager
def running(services: Services) -> Iterator[AsyncIOScheduler]:
    """The schedule, for as long as the bot works."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        totals_agree,
        CronTrigger(hour=3, minute=40, timezone="UTC"),
        args=[services.database],
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    looking = [
        asyncio.create_task(loop)
        for loop in (
            _look_now_and_then(services),
            _every(AREAS_SECONDS, "areas", partial(refresh_areas, services)),
            _every(60.0 * evidence.EVERY_MINUTES, "sealing", partial(seal_evidence, services)),
        )
    ]
    try:
        yield scheduler
    finally:
        for task in looking:
            task.cancel()
        scheduler.shutdown(wait=False)


async def _every(seconds: float, what: str, work: Job) -> None:
    while True:
        await asyncio.sleep(seconds)
        await run_logged(what, work)


async def _look_now_and_then(services: Services) -> None:
    """Have looked at what may be due: another process may have seen it, and dates come by
    themselves. By the loop's clock: APScheduler counts intervals on the wall's, and after that has
    been put back by an hour would set nothing off for an hour.
    """
    while True:
        await asyncio.sleep(services.looks_every)
        for event in (
            *(services.credited, services.counted, services.held_back),
            *(services.staff_changed, services.dates_due, services.notified),
        ):
            event.set()


async def totals_agree(database: Database) -> bool:
    """Compare every kept total and what is kept beside it with a fresh count; log a difference as
    an error, and note it for owners to be told.

    Returns:
        Whether all agree; False also if the database could not be asked.
    """
    try:
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
    except DatabaseUnavailable:
        log.warning("totals not checked: database away")
        return False
    return not differing


async def refresh_areas(services: Services) -> None:
    """Decide once a day which areas the world sees; what is missed is made up for."""
    now = services.clock()
    if now.hour < NIGHT_HOUR:
        return
    try:
        async with services.database.transaction() as db:
            ids = [one.id for one in await campaigns.all(db)]
            await public_figures.refresh_areas_daily(db, ids, now.date())
    except DatabaseUnavailable:
        log.warning("shown areas not refreshed: database away")


async def seal_evidence(services: Services) -> None:
    """Put what has been added to the ledger of consents and to the wordings into the chain of the
    audit log; what cannot be sealed now is sealed the next time."""
    try:
        for table in evidence.SEALED:
            while await evidence.seal(services.database, table, now=services.clock()):
                pass
    except DatabaseUnavailable:
        log.warning("evidence not sealed yet: database away or busy")
