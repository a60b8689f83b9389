"""Jobs that end the process they run in: after two attempts they are put aside, and staff are told.

An attempt is counted before it begins and given back when it is broken off for another reason, so
what brings the process down is not begun for ever, not after a restart either.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import structlog

from campaign.notifications import notify_staff
from campaign.worker import WorkerDied
from handlers.services import Services
from storage import notifications, supporters
from storage.database import Connection
from storage.errors import DatabaseUnavailable
from storage.handin_packs import Pack
from storage.paper_imports import Import

log = structlog.get_logger()

MOST_ATTEMPTS = 2


Row = TypeVar("Row", Pack, Import)


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """Jobs of one kind.

    Attributes:
        kind: what the log calls one.
        claim: takes the next and counts the attempt; None if none waits.
        give_back: uncounts an attempt that was broken off for no fault of the job's.
        put_aside: ends a job that has brought its worker down too often.
    """

    kind: str
    claim: Callable[[Connection], Awaitable[Row | None]]
    give_back: Callable[[Connection, int], Awaitable[None]]
    put_aside: Callable[[Services, Row], Awaitable[None]]

    async def work_off(self, services: Services, work: Callable[[Row], Awaitable[None]]) -> bool:
        """Do the next job; gives whether there was one.

        Raises:
            DatabaseUnavailable: it waits still.
        """
        async with services.database.transaction() as db:
            job = await self.claim(db)
        if job is None:
            return False
        if job.attempts > MOST_ATTEMPTS:
            await self.put_aside(services, job)
            return True
        try:
            await work(job)
        except WorkerDied as died:
            log.warning("job has ended its worker", job=f"{self.kind}:{job.id}", why=died.why)
        except (asyncio.CancelledError, DatabaseUnavailable):
            await asyncio.shield(self._give_back(services, job))
            raise
        return True

    async def _give_back(self, services: Services, job: Row) -> None:
        with contextlib.suppress(DatabaseUnavailable):
            async with services.database.transaction() as db:
                await self.give_back(db, job.id)


async def notify_set_aside(
    db: Connection,
    template: str,
    variables: Mapping[str, Any],
    *,
    campaign_id: int,
    requested_by: int | None,
    job: str,
    now: datetime,
) -> None:
    """Notify the person who asked for a job, and the campaign's owners, that it has been put aside.

    Args:
        requested_by: a supporter's id.
        job: kind and number; each person is notified of it once.
        now: UTC.
    """
    log.error("job put aside", job=job, campaign_id=campaign_id)
    dedupe_key = f"aside:{job}"
    await notify_staff(
        db, campaign_id, "owner", template, variables=variables, dedupe_key=dedupe_key, now=now
    )
    asker = await supporters.by_id(db, requested_by or 0)
    await notifications.add(
        db,
        [asker.telegram_id] if asker else [],
        template,
        campaign_id=campaign_id,
        variables=variables,
        dedupe_key=dedupe_key,
        now=now,
    )
