"""What runs beside the updates: the broadcast sender and the background jobs.

Of several processes one sends and one does the jobs; when it ends, however it does, another takes
over.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from email.utils import parseaddr
from functools import partial
from typing import Any

import structlog
from apscheduler.triggers.cron import CronTrigger
from telegram.ext import ExtBot

from bot.app_state import AppState
from bot.config import Settings
from bot.jobs import (
    addresses,
    bursts,
    mailbox_keys,
    reminders,
    retention,
    share_texts,
    webhook,
)
from bot.jobs.audit_notices import notify_owners
from bot.jobs.backups import Nightly
from bot.jobs.broadcast_progress import PROGRESS_SECONDS, BroadcastProgress
from bot.jobs.digests import make_all_due
from bot.jobs.due_dates import run_due_dates
from bot.jobs.email_answers import run_email_answers
from bot.jobs.email_codes import CODES_SECONDS, Mailer, run_email_codes
from bot.jobs.handin_packs import run_handin_packs
from bot.jobs.invalidations import run_invalidations
from bot.jobs.loops import Begin, Loop, cancel_and_wait, keep_going
from bot.jobs.milestones import run_milestones
from bot.jobs.morning_summaries import queue_due
from bot.jobs.name_keys import refold
from bot.jobs.notifications import run_notifications
from bot.jobs.office_mailbox import OfficeMailbox
from bot.jobs.owner_alerts import Failures, OwnerAlerts
from bot.jobs.paper_imports import run_paper_imports
from bot.jobs.personal_letters import run_personal_letters
from bot.jobs.schedule import Every, Periodic, run_schedule
from bot.jobs.scrubber import Scrubber
from bot.jobs.thanks import run_thanks
from bot.jobs.tombstones import Tombstones
from bot.jobs.upkeep import check_totals, refresh_areas, seal_evidence
from bot.mail_server import imap_server
from bot.wakeups import LOOKED_AT, REQUESTS, forward_wakeups, listen_for_wakeups, wake
from channels.email.broadcast_letters import LetterComposer
from channels.email.transport import MailTransport
from channels.telegram import profile
from channels.telegram.menus import run_menus
from handlers.services import Services
from storage import evidence
from storage.leadership import leading

log = structlog.get_logger()

LEADERSHIP = 7_205_759_403_794
SOON_SECONDS = 20.0


def background_loops(
    app_state: AppState,
    bot: ExtBot[Any],
    settings: Settings,
    failures: Failures,
    mail: MailTransport,
    letters: LetterComposer | None,
) -> Sequence[Loop]:
    """The loops that a process of its role runs."""
    services = app_state.services
    alerts = OwnerAlerts(services, failures, lambda: mail.outage)
    looks = [Periodic("alerts", alerts.check, Every(30, wait_first=True))]
    loops: list[Begin] = [partial(run_schedule, looks)]
    if app_state.dispatch is not None:
        loops.append(app_state.dispatch.run)
    if app_state.role.does_jobs:
        jobs = partial(_jobs, services, bot, settings, mail, letters)
        loops.append(partial(_keep_jobs, app_state, jobs))
    else:
        loops.append(partial(forward_wakeups, services))
    return [keep_going(loop) for loop in loops]


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


def _jobs(
    services: Services,
    bot: ExtBot[Any],
    settings: Settings,
    mail: MailTransport,
    letters: LetterComposer | None,
) -> Sequence[Begin]:
    """What waits for events, and the schedule of the rest."""
    sender = settings.email.sender
    scrubber = Scrubber(services.database, services.clock)
    erasures = Tombstones(services, settings.tombstones, scrubber)
    return [
        *([partial(run_personal_letters, services, mail, letters)] if letters else []),
        partial(profile.set_profile, bot, services),
        partial(listen_for_wakeups, services),
        partial(run_menus, services, bot),
        partial(run_notifications, services, bot),
        partial(run_thanks, services, bot),
        partial(run_milestones, services, bot),
        partial(run_due_dates, services),
        erasures.run,
        scrubber.run,
        partial(run_invalidations, services),
        partial(run_email_codes, services, bot, Mailer(mail, sender)),
        partial(run_email_answers, services, mail, sender),
        partial(run_handin_packs, services, bot),
        partial(run_paper_imports, services, bot),
        partial(run_schedule, _periodic(services, bot, settings, erasures)),
    ]


def _periodic(
    services: Services, bot: ExtBot[Any], settings: Settings, erasures: Tombstones
) -> Sequence[Periodic]:
    """Everything that comes by the clock, and how often (seconds)."""
    often = services.looks_every
    soon = Every(min(SOON_SECONDS, often))
    every_ten_minutes = Every(600)
    sealing = Every(60 * evidence.EVERY_MINUTES, wait_first=True)
    database, backup = services.database, settings.backup
    progress = BroadcastProgress(services, bot)
    jobs = [
        Periodic("looks", partial(wake, services, LOOKED_AT), Every(often)),
        Periodic("requests", partial(wake, services, REQUESTS), Every(5)),
        Periodic("codes", partial(wake, services, ["codes_wanted"]), Every(CODES_SECONDS)),
        Periodic("reminders", partial(reminders.send_due, services, bot), soon),
        Periodic("digests", partial(make_all_due, services), soon),
        Periodic("summaries", partial(queue_due, services), soon),
        Periodic("acts on the server", partial(notify_owners, services), soon),
        Periodic("progress", progress.refresh, Every(PROGRESS_SECONDS)),
        Periodic("bursts", partial(bursts.check, services), Every(60, wait_first=True)),
        Periodic("share texts", partial(share_texts.count, services), Every(60, wait_first=True)),
        Periodic("retention", partial(retention.run_due, services), every_ten_minutes),
        Periodic("addresses", partial(addresses.fill, services), Every(86_400)),
        Periodic("idle browsers", partial(addresses.drop_idle, services), Every(3600)),
        Periodic("name keys", partial(refold, services), every_ten_minutes),
        Periodic("mailbox keys", partial(mailbox_keys.fill, services), Every(3600)),
        Periodic("sealing", partial(seal_evidence, services), sealing),
        Periodic("areas", partial(refresh_areas, services), Every(1800, wait_first=True)),
        Periodic("totals", partial(check_totals, database), CronTrigger(hour=3, minute=40)),
        Periodic("erasures", erasures.look, Every(60, wait_first=True)),
    ]
    if settings.mailbox.host:
        own = parseaddr(settings.email.sender)[1]
        mailbox = OfficeMailbox(services, imap_server(settings.mailbox), own=own)
        jobs.append(Periodic("mailbox", mailbox.read, Every(settings.mailbox.seconds)))
    if settings.telegram.mode == "webhook":
        look = partial(webhook.check, services, bot, settings)
        jobs.append(Periodic("webhook", look, Every(webhook.CHECK_SECONDS, wait_first=True)))
    if backup.folder is not None and database.kind == "sqlite":
        nightly = Nightly(services, bot, settings, backup.folder)
        jobs.append(Periodic("backups", nightly.run_due, Every(60)))
    return jobs


async def _keep_jobs(app_state: AppState, jobs: Callable[[], Sequence[Begin]]) -> None:
    """Lead whenever nobody else does, and do the jobs; until then, pass on what is to be done."""
    services = app_state.services
    while True:
        async with _passing_on(services) as enough, leading(services.database, LEADERSHIP) as lost:
            await enough()
            log.info("does the jobs")
            app_state.does_jobs = True
            try:
                await _lead(services, jobs, lost)
            finally:
                app_state.does_jobs = False
        log.warning("does the jobs no longer: another process may")


async def _lead(
    services: Services, jobs: Callable[[], Sequence[Begin]], lost: asyncio.Event
) -> None:
    await wake(services)  # what fell due while nobody did it
    tasks = [asyncio.create_task(keep_going(job)) for job in jobs()]
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
