"""What happens by the clock. The database holds what is due; nothing here outlives a restart."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from handlers.house import House
from storage import campaigns, standing
from storage.database import Database
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()


@contextmanager
def running(house: House) -> Iterator[AsyncIOScheduler]:
    """The schedule, for as long as the bot works."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        totals_agree,
        CronTrigger(hour=3, minute=40, timezone="UTC"),
        args=[house.database],
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    looking = asyncio.create_task(_look_now_and_then(house))
    try:
        yield scheduler
    finally:
        looking.cancel()
        scheduler.shutdown(wait=False)


async def _look_now_and_then(house: House) -> None:
    """Have looked at what may be due: another process may have seen it, and dates come by
    themselves. By the loop's clock: APScheduler counts intervals on the wall's, and after that has
    been put back by an hour would set nothing off for an hour.
    """
    while True:
        await asyncio.sleep(house.looks_every)
        for event in (
            *(house.credited, house.counted, house.held_back),
            *(house.staff_changed, house.dates_due),
        ):
            event.set()


async def totals_agree(database: Database) -> bool:
    """Compare every kept total and what is kept beside it with a fresh count; log a difference as
    an error.

    Returns:
        Whether all agree; False also if the database could not be asked.
    """
    try:
        async with database.reading() as db:
            differing = [
                campaign.slug
                for campaign in await campaigns.all(db)
                if await campaigns.totals(db, campaign.id)
                != await campaigns.recount(db, campaign.id)
                or not await standing.agrees(db, campaign.id)
            ]
    except DatabaseUnavailable:
        log.warning("totals not checked: database away")
        return False
    for slug in differing:
        log.error("kept total differs from a fresh count", campaign=slug)
    return not differing
