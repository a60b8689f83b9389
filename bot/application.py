"""Wire up the running bot, and take it apart again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
import telegram
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults

from bot import dispatcher
from bot.app_state import AppState
from bot.background import background_loops, run_in_background
from bot.campaign_files import read_campaign
from bot.config import Settings
from bot.heartbeat import Heartbeat, keep_watchdog_quiet, tell_service
from bot.http_sites import internal_pages, public_pages
from bot.jobs import tombstones
from bot.jobs.loops import either
from bot.jobs.owner_alerts import Failures
from bot.jobs.schedule import Every, Periodic, run_schedule
from bot.jobs.webhook import set_webhook
from bot.mail_server import mail_server
from bot.metrics import Metrics, measured
from bot.retry import retry_until_reachable
from bot.roles import ALL, Role
from campaign.catalogue import Catalogue, publish
from campaign.rate_limits import RateLimiter, Rates
from campaign.staff import add_owners
from channels.browser import later
from channels.email.broadcast_letters import LetterComposer
from channels.email.transport import MailTransport
from channels.telegram import Handle, Redeliver
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.polling import Polling
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from channels.telegram.routes import App, register
from channels.telegram.sent_files import fetch
from handlers.services import Services
from messages import bot_texts
from storage import campaigns, letters_key
from storage.database import Database
from storage.file_lock import in_use
from storage.leadership import holding
from storage.migrate import upgrade

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp

log = structlog.get_logger()

POLLING = 7_205_759_403_795
"""The leadership of the process that polls: Telegram answers one alone."""


def _unchanged(_: Services) -> None:
    pass


async def run(
    settings: Settings,
    *,
    role: Role = ALL,
    stop: asyncio.Event | None = None,
    configure: Callable[[Services], None] = _unchanged,
) -> None:
    """Run the bot until `stop` is set: upgrade the database, then take updates.

    Args:
        role: which parts of it this process runs.
        furnish: is given the house before anybody comes in: tests hang up another clock.

    Raises:
        telegram.error.InvalidToken: Telegram does not know the token.
        storage.errors.NewerDatabase: the database belongs to a newer program.
        storage.errors.DatabaseInUse: another process works with the SQLite file.
    """
    stop = stop or asyncio.Event()
    with in_use(settings.storage.url):
        await _run(settings, role, stop, configure)


async def _run(
    settings: Settings, role: Role, stop: asyncio.Event, configure: Callable[[Services], None]
) -> None:
    await upgrade(settings.storage.url)
    database = await Database.open(
        settings.storage.url, keyring=settings.keyring, pool_size=settings.storage.pool_size
    )
    try:
        services = Services(database, bot_texts(), Catalogue(database))
        services.rate_limiter = RateLimiter(
            Rates(**settings.limits.model_dump(exclude={"site_people"}))
        )
        services.identity_key = settings.identity_key
        services.inbox_days = settings.inbox.keep_days
        services.sends_codes = settings.has_mail_server
        services.email_rate = settings.email.per_minute / 60
        services.signs_on_site = settings.signs_on_site
        services.proof_of_work = settings.web.proof_of_work
        services.tell_elsewhere = later.teller(services)
        services.owners_by_config = frozenset(settings.staff.owners)
        configure(services)
        async with database.transaction() as db:
            services.letters_key = await letters_key.of(db)
        await _load(database, settings, services.clock())
        if role.does_jobs:
            await tombstones.sync(
                database,
                settings.tombstones,
                now=services.clock(),
                identity_key=settings.identity_key,
            )
        services.public_url = settings.web.public_url
        app_state = AppState(services, role=role, stop=stop)
        database.took = app_state.metrics.transactions.observe
        async with (
            _heartbeat(app_state, settings),
            internal_pages(app_state, settings),
            _application(settings, app_state, stop) as application,
        ):
            if stop.is_set():
                return
            await _work(application, app_state, settings, stop)
    finally:
        await database.close()


@asynccontextmanager
async def _heartbeat(app_state: AppState, settings: Settings) -> AsyncIterator[None]:
    """Say to others that this process lives, until it has come to its end."""
    heartbeat = Heartbeat(app_state, app_state.services.database, settings.storage.pool_size)
    beats = run_schedule([Periodic("heartbeat", heartbeat.beat, Every(1))])
    async with run_in_background([beats, keep_watchdog_quiet()], asyncio.Event()):
        yield
        tell_service("STOPPING=1")
    await heartbeat.end()


async def _load(database: Database, settings: Settings, now: datetime) -> None:
    """Load campaign files that are not in the database yet, and name the first owners."""
    for path in settings.campaigns.files:
        definition = read_campaign(path)
        async with database.reading() as db:
            known = await campaigns.by_slug(db, definition.slug)
        if known is None:
            await publish(database, definition, now=now)
            log.info("campaign loaded", slug=definition.slug)
    async with database.transaction() as db:
        await add_owners(db, settings.staff.owners, now=now)


@asynccontextmanager
async def _application(
    settings: Settings, app_state: AppState, stop: asyncio.Event
) -> AsyncIterator[App]:
    services = app_state.services
    requests = (AiohttpRequest(settings.proxy), AiohttpRequest(settings.proxy))
    api = str(settings.telegram.api_url).rstrip("/")
    application: App = (
        ApplicationBuilder()
        .token(settings.telegram.token.get_secret_value())
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(requests[0])
        .get_updates_request(requests[1])
        .rate_limiter(
            TwoLaneRateLimiter(
                messages_per_second=max(
                    1, int(settings.telegram.messages_per_second * app_state.role.share)
                ),
                refused=app_state.metrics.refused,
            )
        )
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        .updater(None)
        .build()
    )
    try:
        if await retry_until_reachable(application.initialize, stop, waits=app_state.waits):
            services.bot_username = application.bot.username
            services.are_numbered_by(application.bot.id, api)
            services.has_inline_mode = bool(application.bot.bot.supports_inline_queries)
            register(application, services)
        yield application
    finally:
        await application.shutdown()
        for request in requests:  # after a refused token, too, when there is nothing to shut down
            await request.shutdown()


async def _work(
    application: App, app_state: AppState, settings: Settings, stop: asyncio.Event
) -> None:
    services, metrics = app_state.services, app_state.metrics
    failures = Failures(services.monotonic)

    async def handle(raw: dict[str, Any]) -> None:
        update = telegram.Update.de_json(raw, application.bot)
        await application.process_update(update)
        if update.update_id in services.unfinished:
            services.unfinished.discard(update.update_id)
            raise Redeliver
        if services.told_to_wait and update.effective_chat is not None:
            services.told_to_wait.discard(update.effective_chat.id)

    handle_measured = measured(handle, metrics, failed=services.failed, on_failure=failures.note)
    rate_limiter = application.bot.rate_limiter
    assert isinstance(rate_limiter, TwoLaneRateLimiter)  # noqa: S101 - see _application
    services.bulk_rate = rate_limiter.bulk_rate
    async with AsyncExitStack() as stack:
        mail = await stack.enter_async_context(MailTransport(mail_server(settings.email)))
        letters = None
        if services.emails_updates:
            fetched = partial(fetch, application.bot)
            letters = LetterComposer(services, sender=settings.email.sender, fetch=fetched)
            services.letters = letters
        if app_state.role.sends:
            app_state.dispatch = dispatcher.dispatch(
                services,
                application.bot,
                rate_limiter,
                metrics,
                may_pay=settings.telegram.allow_paid_broadcast,
                mail=mail,
                letters=letters,
            )
        loops = background_loops(app_state, application.bot, settings, failures, mail, letters)
        await stack.enter_async_context(run_in_background(loops, stop))
        if not app_state.role.takes_updates:
            _has_begun(app_state)
            await stop.wait()
            return
        async with public_pages(services, settings) as pages:
            if settings.telegram.mode == "webhook":
                hook = _webhook(handle_measured, settings, metrics, pages)
                await _by_webhook(application, hook, settings, app_state)
            else:
                await _by_polling(application, handle_measured, settings, app_state)


def _has_begun(app_state: AppState) -> None:
    app_state.has_begun = True
    tell_service("READY=1")
    log.info("at work", role=app_state.role.name)


async def _by_polling(
    application: App, handle: Handle, settings: Settings, app_state: AppState
) -> None:
    """Poll whenever no other process does, until told to stop."""
    stop = app_state.stop
    _has_begun(app_state)  # waiting to take over is work, too
    while not stop.is_set():
        database = app_state.services.database
        async with holding(database, POLLING, unless=stop) as lost, either(stop, lost) as ended:
            app_state.takes_updates = True
            try:
                await _poll(application, handle, settings.proxy, app_state, ended)
            finally:
                app_state.takes_updates = False


async def _poll(
    application: App, handle: Handle, proxy: str, app_state: AppState, stop: asyncio.Event
) -> None:
    take_away = application.bot.delete_webhook
    if stop.is_set() or not await retry_until_reachable(take_away, stop, waits=app_state.waits):
        return
    request = AiohttpRequest(proxy)
    await request.initialize()
    try:
        polling = Polling(request, application.bot.base_url, handle)
        app_state.metrics.queues = polling.queues
        await polling.run(stop)
    finally:
        await request.shutdown()


def _webhook(
    handle: Handle, settings: Settings, metrics: Metrics, pages: "ASGIApp | None"
) -> "Starlette":
    """What Telegram calls; and the public pages, where they share its port."""
    from channels.telegram.webhook import webhook_app

    secret = settings.webhook_secret.get_secret_value()
    path = urlsplit(settings.webhook.url).path or "/"
    app = webhook_app(handle, secret=secret, path=path, beside=pages)
    metrics.queues = app.state.deliveries.queues
    return app


async def _by_webhook(
    application: App, app: "Starlette", settings: Settings, app_state: AppState
) -> None:
    from channels.http_connection import share_at
    from channels.telegram.webhook import serve

    stop = app_state.stop
    listening = asyncio.Event()
    serving = asyncio.create_task(
        serve(
            app,
            host=settings.webhook.listen,
            port=settings.webhook.port,
            stop=stop,
            per_address=share_at(settings.webhook.listen, behind_proxy=settings.web.behind_proxy),
            listening=lambda _: listening.set(),
        )
    )
    opened = asyncio.create_task(listening.wait())
    try:
        await asyncio.wait({serving, opened}, return_when=asyncio.FIRST_COMPLETED)
        if listening.is_set():  # only now: Telegram calls as soon as it knows where
            ask = partial(set_webhook, application.bot, settings)
            if await retry_until_reachable(ask, stop, waits=app_state.waits):
                app_state.takes_updates = True
                _has_begun(app_state)
    except BaseException:
        stop.set()
        raise
    finally:
        opened.cancel()
        await serving
        app_state.takes_updates = False
