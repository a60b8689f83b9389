"""The running bot: its parts are made, put together, and taken apart again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
import telegram
from starlette.applications import Starlette
from starlette.types import ASGIApp
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, Defaults

from bot import dispatcher
from bot.background import beside, parts
from bot.campaign_files import read_campaign
from bot.config import Settings
from bot.health import Watched
from bot.heartbeat import Living, keep_watchdog_quiet, tell_service
from bot.http_sites import internal_pages, public_pages
from bot.jobs import tombstones
from bot.jobs.loops import either
from bot.jobs.owner_alerts import Failures
from bot.metrics import Metrics, measured
from bot.retry import reached
from bot.roles import ALL, Role
from campaign.catalogue import Catalogue, publish
from campaign.rate_limits import Doorkeeper, Rates
from campaign.staff import add_owners
from channels.http_connection import share_at
from channels.telegram import ALLOWED_UPDATES, Handle, TryAgain
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.polling import Polling
from channels.telegram.rate_limiter import TwoLanePacer
from channels.telegram.webhook import serve, webhook_app
from handlers.router import App, register
from handlers.services import House
from messages import bot_texts
from storage import campaigns
from storage.database import Database
from storage.file_lock import in_use
from storage.leadership import holding
from storage.migrate import upgrade

log = structlog.get_logger()

GREETING_PAUSES = (0.5, 1, 2, 5, 10)
POLLING = 7_205_759_403_795
"""The leadership of the process that polls: Telegram answers one alone."""


def _as_it_is(_: House) -> None:
    pass


async def run(
    settings: Settings,
    *,
    role: Role = ALL,
    stop: asyncio.Event | None = None,
    furnish: Callable[[House], None] = _as_it_is,
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
        await _run(settings, role, stop, furnish)


async def _run(
    settings: Settings, role: Role, stop: asyncio.Event, furnish: Callable[[House], None]
) -> None:
    await upgrade(settings.storage.url)
    database = await Database.open(
        settings.storage.url, keyring=settings.keyring, pool_size=settings.storage.pool_size
    )
    try:
        house = House(database, bot_texts(), Catalogue(database))
        house.doorkeeper = Doorkeeper(Rates(**settings.limits.model_dump()))
        house.identity_key = settings.identity_key
        house.owners_by_config = frozenset(settings.staff.owners)
        furnish(house)
        await _load(database, settings, house.clock())
        if role.does_jobs:
            await tombstones.sync(
                database,
                settings.tombstones,
                now=house.clock(),
                identity_key=settings.identity_key,
            )
        house.public_url = settings.web.public_url
        watched = Watched(house, role=role, stop=stop)
        database.took = watched.metrics.transactions.observe
        async with (
            _living(watched, settings),
            internal_pages(watched, settings),
            _application(settings, watched, stop) as application,
        ):
            if stop.is_set():
                return
            await _work(application, watched, settings, stop)
    finally:
        await database.close()


@asynccontextmanager
async def _living(watched: Watched, settings: Settings) -> AsyncIterator[None]:
    """Say to others that this process lives, until it has come to its end."""
    living = Living(watched, watched.house.database, settings.storage.pool_size)
    async with beside([living.keep_saying(), keep_watchdog_quiet()], asyncio.Event()):
        yield
        tell_service("STOPPING=1")
    await living.end()


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
    settings: Settings, watched: Watched, stop: asyncio.Event
) -> AsyncIterator[App]:
    house = watched.house
    requests = (AiohttpRequest(), AiohttpRequest())
    api = str(settings.telegram.api_url).rstrip("/")
    application: App = (
        ApplicationBuilder()
        .token(settings.telegram.token.get_secret_value())
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(requests[0])
        .get_updates_request(requests[1])
        .rate_limiter(
            TwoLanePacer(
                messages_per_second=max(
                    1, int(settings.telegram.messages_per_second * watched.role.share)
                ),
                refused=watched.metrics.refused,
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
        if await reached(application.initialize, stop):
            house.bot_username = application.bot.username
            house.has_inline_mode = bool(application.bot.bot.supports_inline_queries)
            register(application, house)
        yield application
    finally:
        await application.shutdown()
        for request in requests:  # after a refused token, too, when there is nothing to shut down
            await request.shutdown()


async def _work(
    application: App, watched: Watched, settings: Settings, stop: asyncio.Event
) -> None:
    house, metrics = watched.house, watched.metrics
    failures = Failures(house.monotonic)

    async def handle(raw: dict[str, Any]) -> None:
        update = telegram.Update.de_json(raw, application.bot)
        await application.process_update(update)
        if update.update_id in house.unfinished:
            house.unfinished.discard(update.update_id)
            raise TryAgain
        if house.told_to_wait and update.effective_chat is not None:
            house.told_to_wait.discard(update.effective_chat.id)

    handle_measured = measured(handle, metrics, failed=house.failed, on_failure=failures.note)
    pacer = application.bot.rate_limiter
    assert isinstance(pacer, TwoLanePacer)  # noqa: S101 - see _application
    house.bulk_rate = pacer.bulk_rate
    if watched.role.sends:
        may_pay = settings.telegram.allow_paid_broadcast
        watched.dispatch = dispatcher.dispatch(
            house, application.bot, pacer, metrics, may_pay=may_pay
        )
    async with beside(parts(watched, application.bot, settings, failures), stop):
        if not watched.role.takes_updates:
            _has_begun(watched)
            await stop.wait()
            return
        async with public_pages(house, settings) as pages:
            if settings.telegram.mode == "webhook":
                hook = _webhook(handle_measured, settings, metrics, pages)
                await _by_webhook(application, hook, settings, watched)
            else:
                await _by_polling(application, handle_measured, watched)


def _has_begun(watched: Watched) -> None:
    watched.has_begun = True
    tell_service("READY=1")
    log.info("at work", role=watched.role.name)


async def _by_polling(application: App, handle: Handle, watched: Watched) -> None:
    """Poll whenever no other process does, until told to stop."""
    stop = watched.stop
    _has_begun(watched)  # waiting to take over is work, too
    while not stop.is_set():
        database = watched.house.database
        async with holding(database, POLLING, unless=stop) as lost, either(stop, lost) as ended:
            watched.takes_updates = True
            try:
                await _poll(application, handle, watched.metrics, ended)
            finally:
                watched.takes_updates = False


async def _poll(application: App, handle: Handle, metrics: Metrics, stop: asyncio.Event) -> None:
    if stop.is_set() or not await reached(application.bot.delete_webhook, stop):
        return
    request = AiohttpRequest()
    await request.initialize()
    try:
        polling = Polling(request, application.bot.base_url, handle)
        metrics.lanes = polling.lanes
        await polling.run(stop)
    finally:
        await request.shutdown()


def _webhook(
    handle: Handle, settings: Settings, metrics: Metrics, pages: ASGIApp | None
) -> Starlette:
    """What Telegram calls; and the public pages, where they share its port."""
    secret = settings.webhook_secret.get_secret_value()
    path = urlsplit(settings.webhook.url).path or "/"
    app = webhook_app(handle, secret=secret, path=path, beside=pages)
    metrics.lanes = app.state.deliveries.lanes
    return app


async def _by_webhook(
    application: App, app: Starlette, settings: Settings, watched: Watched
) -> None:
    stop = watched.stop
    secret = settings.webhook_secret.get_secret_value()
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
            ask = partial(
                application.bot.set_webhook,
                settings.webhook.url,
                secret_token=secret,
                max_connections=settings.webhook.max_connections,
                allowed_updates=list(ALLOWED_UPDATES),
            )
            if await reached(ask, stop):
                watched.takes_updates = True
                _has_begun(watched)
    except BaseException:
        stop.set()
        raise
    finally:
        opened.cancel()
        await serving
        watched.takes_updates = False
