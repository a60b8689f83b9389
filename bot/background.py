"""What runs beside the updates: broadcasts, and the jobs that come by the clock or take long.

Of several processes one sends and one does the jobs; when it ends, however it does, another takes
over.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.config import Settings
from bot.health import Watched
from bot.jobs import schedule, tombstones
from bot.jobs.audit_notices import keep_overseeing
from bot.jobs.backups import keep_backups
from bot.jobs.broadcast_progress import show_progress
from bot.jobs.bursts import keep_looking
from bot.jobs.digests import keep_digesting
from bot.jobs.due_dates import keep_dates
from bot.jobs.email_codes import keep_mailing
from bot.jobs.handin_packs import keep_packing
from bot.jobs.invalidations import keep_quarantine
from bot.jobs.loops import ended
from bot.jobs.milestones import keep_milestones
from bot.jobs.morning_summaries import keep_mornings
from bot.jobs.name_keys import keep_name_keys
from bot.jobs.owner_alerts import Failures, Watch
from bot.jobs.paper_imports import keep_importing
from bot.jobs.reminders import keep_reminding
from bot.jobs.retention import keep_retention
from bot.jobs.thanks import keep_thanking
from bot.memory import keep_memory_low
from bot.precompile import read_ahead
from bot.wakeups import keep_listening, pass_on, wake_all
from channels.telegram import profile
from channels.telegram.menus import keep_menus
from handlers.services import House
from storage.leadership import leading

log = structlog.get_logger()

LEADERSHIP = 7_205_759_403_794

Loop = Coroutine[Any, Any, None]
"""Goes on until it is cancelled, or has nothing left to do."""


def parts(
    watched: Watched, bot: ExtBot[Any], settings: Settings, failures: Failures
) -> Sequence[Loop]:
    """The loops that a process of its role runs."""
    house = watched.house
    loops: list[Loop] = [
        read_ahead(house.renderer),
        keep_memory_low(),
        Watch(house, bot, failures).run(),
    ]
    if watched.dispatch is not None:
        loops.append(watched.dispatch.run())
    if watched.role.does_jobs:
        loops.append(_keep_jobs(watched, bot, settings))
    else:
        loops.append(pass_on(house))
    return loops


@asynccontextmanager
async def beside(loops: Sequence[Loop], stop: asyncio.Event) -> AsyncIterator[None]:
    """Run these while the block runs; once `stop` is set they come to their end beside it."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    stopping = asyncio.create_task(_cancel_when(stop, tasks))
    try:
        yield
    finally:
        stopping.cancel()
        await ended(tasks)


async def _cancel_when(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in tasks:
        task.cancel()


def _jobs(house: House, bot: ExtBot[Any], settings: Settings) -> Sequence[Loop]:
    return [
        profile.introduce(bot, house.renderer),
        keep_listening(house),
        keep_menus(house, bot),
        keep_thanking(house, bot),
        keep_milestones(house, bot),
        keep_dates(house, bot),
        keep_reminding(house, bot),
        keep_digesting(house),
        keep_mornings(house, bot),
        keep_backups(house, bot, settings),
        keep_retention(house, bot),
        tombstones.keep_tombstones(house, settings.tombstones),
        keep_quarantine(house, bot),
        keep_looking(house, bot),
        keep_name_keys(house),
        keep_overseeing(house, bot),
        keep_mailing(house, bot, settings.email),
        keep_packing(house, bot),
        keep_importing(house, bot),
        show_progress(house, bot),
    ]


async def _keep_jobs(watched: Watched, bot: ExtBot[Any], settings: Settings) -> None:
    """Lead whenever nobody else does, and do the jobs; until then, pass on what is to be done."""
    house = watched.house
    while True:
        async with _passing_on(house) as enough, leading(house.database, LEADERSHIP) as lost:
            await enough()
            log.info("does the jobs")
            watched.does_jobs = True
            try:
                await _lead(house, bot, settings, lost)
            finally:
                watched.does_jobs = False
        log.warning("does the jobs no longer: another process may")


async def _lead(house: House, bot: ExtBot[Any], settings: Settings, lost: asyncio.Event) -> None:
    wake_all(house)  # what fell due while nobody did it
    with schedule.running(house):
        tasks = [asyncio.create_task(job) for job in _jobs(house, bot, settings)]
        try:
            await lost.wait()
        finally:
            await ended(tasks)


@asynccontextmanager
async def _passing_on(house: House) -> AsyncIterator[Any]:
    """Pass on until told that it is enough."""
    passing = asyncio.create_task(pass_on(house))

    async def enough() -> None:
        await ended([passing])

    try:
        yield enough
    finally:
        await enough()
