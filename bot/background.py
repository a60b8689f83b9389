"""What runs beside the updates: the broadcast sender and the background jobs.

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
from bot.health import AppState
from bot.jobs import schedule, tombstones
from bot.jobs.audit_notices import run_audit_notices
from bot.jobs.backups import run_backups
from bot.jobs.broadcast_progress import run_broadcast_progress
from bot.jobs.bursts import run_bursts
from bot.jobs.digests import run_digests
from bot.jobs.due_dates import run_due_dates
from bot.jobs.email_codes import run_email_codes
from bot.jobs.handin_packs import run_handin_packs
from bot.jobs.invalidations import run_invalidations
from bot.jobs.loops import cancel_and_wait
from bot.jobs.milestones import run_milestones
from bot.jobs.morning_summaries import run_morning_summaries
from bot.jobs.name_keys import keep_name_keys
from bot.jobs.notifications import run_notifications
from bot.jobs.owner_alerts import Failures, OwnerAlerts
from bot.jobs.paper_imports import run_paper_imports
from bot.jobs.reminders import run_reminders
from bot.jobs.retention import run_retention
from bot.jobs.thanks import run_thanks
from bot.memory import trim_memory
from bot.precompile import precompile
from bot.wakeups import forward_wakeups, listen_for_wakeups, wake_all
from channels.telegram import profile
from channels.telegram.menus import run_menus
from handlers.services import Services
from storage.leadership import leading

log = structlog.get_logger()

LEADERSHIP = 7_205_759_403_794

Loop = Coroutine[Any, Any, None]
"""Goes on until it is cancelled, or has nothing left to do."""


def background_loops(
    app_state: AppState, bot: ExtBot[Any], settings: Settings, failures: Failures
) -> Sequence[Loop]:
    """The loops that a process of its role runs."""
    services = app_state.services
    loops: list[Loop] = [
        precompile(services.renderer),
        trim_memory(),
        OwnerAlerts(services, failures).run(),
    ]
    if app_state.dispatch is not None:
        loops.append(app_state.dispatch.run())
    if app_state.role.does_jobs:
        loops.append(_keep_jobs(app_state, bot, settings))
    else:
        loops.append(forward_wakeups(services))
    return loops


@asynccontextmanager
async def run_in_background(loops: Sequence[Loop], stop: asyncio.Event) -> AsyncIterator[None]:
    """Run these while the block runs; once `stop` is set they come to their end beside it."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    stopping = asyncio.create_task(_cancel_when(stop, tasks))
    try:
        yield
    finally:
        stopping.cancel()
        await cancel_and_wait(tasks)


async def _cancel_when(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in tasks:
        task.cancel()


def _jobs(services: Services, bot: ExtBot[Any], settings: Settings) -> Sequence[Loop]:
    return [
        profile.set_profile(bot, services),
        listen_for_wakeups(services),
        run_menus(services, bot),
        run_notifications(services, bot),
        run_thanks(services, bot),
        run_milestones(services, bot),
        run_due_dates(services),
        run_reminders(services, bot),
        run_digests(services),
        run_morning_summaries(services),
        run_backups(services, bot, settings),
        run_retention(services),
        tombstones.run_tombstones(services, settings.tombstones),
        run_invalidations(services),
        run_bursts(services),
        keep_name_keys(services),
        run_audit_notices(services),
        run_email_codes(services, bot, settings.email),
        run_handin_packs(services, bot),
        run_paper_imports(services, bot),
        run_broadcast_progress(services, bot),
    ]


async def _keep_jobs(app_state: AppState, bot: ExtBot[Any], settings: Settings) -> None:
    """Lead whenever nobody else does, and do the jobs; until then, pass on what is to be done."""
    services = app_state.services
    while True:
        async with _passing_on(services) as enough, leading(services.database, LEADERSHIP) as lost:
            await enough()
            log.info("does the jobs")
            app_state.does_jobs = True
            try:
                await _lead(services, bot, settings, lost)
            finally:
                app_state.does_jobs = False
        log.warning("does the jobs no longer: another process may")


async def _lead(
    services: Services, bot: ExtBot[Any], settings: Settings, lost: asyncio.Event
) -> None:
    wake_all(services)  # what fell due while nobody did it
    with schedule.running(services):
        tasks = [asyncio.create_task(job) for job in _jobs(services, bot, settings)]
        try:
            await lost.wait()
        finally:
            await cancel_and_wait(tasks)


@asynccontextmanager
async def _passing_on(services: Services) -> AsyncIterator[Any]:
    """Pass on until told that it is enough."""
    passing = asyncio.create_task(forward_wakeups(services))

    async def enough() -> None:
        await cancel_and_wait([passing])

    try:
        yield enough
    finally:
        await enough()
