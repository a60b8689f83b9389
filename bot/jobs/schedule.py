"""The schedule: APScheduler sets off whatever is periodic; the database says what is due.

APScheduler goes by the wall clock, which may be set. Set forward by years, a trigger of its own
would list every run in between; set back by an hour, it would set nothing off for an hour.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.jobs.loops import Job, cancel_and_wait, run_logged

log = structlog.get_logger()

SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK = 1.0
SET_BACK_SECONDS = 1.0
"""By how much a clock is set back that has not only been slowed down."""


class Every(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """Every so many seconds from when it was last set off, and at once unless told otherwise."""

    __slots__ = ("_pause", "_wait_first")

    def __init__(self, seconds: float, *, wait_first: bool = False) -> None:
        self._pause, self._wait_first = timedelta(seconds=seconds), wait_first

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """As APScheduler asks; what has been missed is one run, however long it was."""
        return now + self._pause if previous_fire_time or self._wait_first else now


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work to be done by the clock, never twice at a time.

    Attributes:
        what: what to call it in the log; unique within a schedule.
        trigger: `Every`, or one of APScheduler's.
    """

    what: str
    work: Job
    trigger: BaseTrigger


async def run_schedule(jobs: Sequence[Periodic]) -> None:
    """Set these off when their time comes; never returns. When it is cancelled, what is under way
    is done to its end first (`run_logged`)."""
    under_way: dict[str, asyncio.Task[None]] = {}

    async def set_off(job: Periodic) -> None:
        if job.what not in under_way:
            task = under_way[job.what] = asyncio.create_task(run_logged(job.what, job.work))
            task.add_done_callback(lambda _: under_way.pop(job.what))

    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None}
    )
    for job in jobs:
        scheduler.add_job(set_off, job.trigger, [job], id=job.what)
    scheduler.start()
    try:
        await _follow_clock(scheduler)
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # what was being set off is under way now
        await cancel_and_wait(list(under_way.values()))


async def _follow_clock(scheduler: AsyncIOScheduler) -> None:
    """Start counting again from now whenever the wall clock has been set back; never returns."""
    ahead = _wall_ahead()
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK)
        before, ahead = ahead, _wall_ahead()
        if ahead < before - SET_BACK_SECONDS:
            log.warning("the clock has been set back", seconds=round(before - ahead))
            for job in scheduler.get_jobs():
                job.reschedule(job.trigger)


def _wall_ahead() -> float:
    return datetime.now(UTC).timestamp() - time.monotonic()
