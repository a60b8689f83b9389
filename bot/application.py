"""The running bot: its parts are made, put together, and taken apart again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
import telegram
from starlette.applications import Starlette
from starlette.types import ASGIApp
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import InvalidToken, NetworkError
from telegram.ext import ApplicationBuilder, Defaults

from bot import broadcasting, niceties, schedule, tombstones
from bot.alerting import Failures, Watch
from bot.backing_up import keep_backups
from bot.bursting import keep_looking
from bot.campaign_files import read_campaign
from bot.config import Settings
from bot.digesting import keep_digesting
from bot.importing import keep_importing
from bot.intake import ALLOWED_UPDATES, Handle, TryAgain
from bot.intake.polling import Polling
from bot.intake.webhook import serve, webhook_app
from bot.keeping_dates import keep_dates
from bot.mailing import keep_mailing
from bot.menus import keep_menus
from bot.metrics import Metrics, measured
from bot.milestones import keep_milestones
from bot.mornings import keep_mornings
from bot.pacing import TwoLanePacer
from bot.packing import keep_packing
from bot.quarantining import keep_quarantine
from bot.reminding import keep_reminding
from bot.retaining import keep_retention
from bot.thanking import keep_thanking
from bot.transport import AiohttpRequest
from bot.watching import show_progress
from bot.web.internal import Watched
from bot.web.running import internal_pages, public_pages
from campaign.catalogue import Catalogue, publish
from campaign.limits import Doorkeeper, Rates
from handlers.house import House
from handlers.routes import App, register
from messages import bot_texts
from storage import campaigns, staff
from storage.database import Database
from storage.migrate import upgrade
from storage.occupied import in_use

log = structlog.get_logger()

GREETING_PAUSES = (0.5, 1, 2, 5, 10)


def _as_it_is(_: House) -> None:
    pass


async def run(
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    furnish: Callable[[House], None] = _as_it_is,
) -> None:
    """Run the bot until `stop` is set: upgrade the database, then take updates.

    Args:
        furnish: is given the house before anybody comes in: tests hang up another clock.

    Raises:
        telegram.error.InvalidToken: Telegram does not know the token.
        storage.errors.NewerDatabase: the database belongs to a newer program.
    """
    stop = stop or asyncio.Event()
    with in_use(settings.storage.url):
        await _run(settings, stop, furnish)


async def _run(settings: Settings, stop: asyncio.Event, furnish: Callable[[House], None]) -> None:
    await upgrade(settings.storage.url)
    database = await Database.open(settings.storage.url, pool_size=settings.storage.pool_size)
    try:
        house = House(database, bot_texts(), Catalogue(database))
        house.doorkeeper = Doorkeeper(Rates(**settings.limits.model_dump()))
        house.identity_key = settings.identity_key
        house.owners_by_config = frozenset(settings.staff.owners)
        furnish(house)
        await _load(database, settings, house.clock())
        await tombstones.sync(database, settings.tombstones, now=house.clock())
        house.public_url = settings.web.public_url
        watched = Watched(house)
        database.took = watched.metrics.transactions.observe
        async with (
            internal_pages(watched, settings),
            _application(settings, watched, stop) as application,
        ):
            if stop.is_set():
                return
            await _work(application, watched, settings, stop)
    finally:
        await database.close()


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
        for telegram_id in settings.staff.owners:
            await staff.put(db, telegram_id, "owner", now)


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
                messages_per_second=settings.telegram.messages_per_second,
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
        await _greet(application, stop)
        if not stop.is_set():
            house.bot_username = application.bot.username
            house.has_inline_mode = bool(application.bot.bot.supports_inline_queries)
            register(application, house)
        yield application
    finally:
        await application.shutdown()
        for request in requests:  # after a refused token, too, when there is nothing to shut down
            await request.shutdown()


async def _greet(application: App, stop: asyncio.Event) -> None:
    """getMe, again and again while Telegram cannot be reached."""
    for attempt in range(1_000_000):
        try:
            await application.initialize()
            return
        except InvalidToken:
            raise
        except NetworkError as away:
            pause = GREETING_PAUSES[min(attempt, len(GREETING_PAUSES) - 1)]
            log.warning("Telegram not reached", reason=type(away).__name__, again_in=pause)
            try:
                await asyncio.wait_for(stop.wait(), pause)
                return
            except TimeoutError:
                continue


async def _work(
    application: App, watched: Watched, settings: Settings, stop: asyncio.Event
) -> None:
    house, metrics = watched.house, watched.metrics
    failures = Failures(house.clock)

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
    house.counted.set()
    house.held_back.set()
    house.credited.set()  # what fell due while the bot was away
    house.staff_changed.set()
    house.dates_due.set()
    house.erased.set()
    may_pay = settings.telegram.allow_paid_broadcast
    dispatch = broadcasting.dispatch(house, application.bot, pacer, metrics, may_pay=may_pay)
    watched.dispatch = dispatch
    beside = [
        asyncio.create_task(niceties.introduce(application.bot, house.renderer)),
        asyncio.create_task(keep_menus(house, application.bot)),
        asyncio.create_task(keep_thanking(house, application.bot)),
        asyncio.create_task(keep_milestones(house, application.bot)),
        asyncio.create_task(keep_dates(house, application.bot)),
        asyncio.create_task(keep_reminding(house, application.bot)),
        asyncio.create_task(keep_digesting(house)),
        asyncio.create_task(keep_mornings(house, application.bot)),
        asyncio.create_task(keep_backups(house, application.bot, settings)),
        asyncio.create_task(keep_retention(house, application.bot)),
        asyncio.create_task(tombstones.keep_tombstones(house, settings.tombstones)),
        asyncio.create_task(keep_quarantine(house, application.bot)),
        asyncio.create_task(keep_looking(house, application.bot)),
        asyncio.create_task(keep_mailing(house, application.bot, settings.email)),
        asyncio.create_task(dispatch.run()),
        asyncio.create_task(keep_packing(house, application.bot)),
        asyncio.create_task(keep_importing(house, application.bot)),
        asyncio.create_task(show_progress(house, application.bot)),
        asyncio.create_task(Watch(house, application.bot, failures).run()),
    ]
    try:
        async with public_pages(house, settings) as pages:
            with schedule.running(house):
                if settings.telegram.mode == "webhook":
                    hook = _webhook(handle_measured, settings, metrics, pages)
                    await _by_webhook(application, hook, settings, stop)
                else:
                    await _by_polling(application, handle_measured, metrics, stop)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _by_polling(
    application: App, handle: Handle, metrics: Metrics, stop: asyncio.Event
) -> None:
    await application.bot.delete_webhook()
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
    application: App, app: Starlette, settings: Settings, stop: asyncio.Event
) -> None:
    secret = settings.webhook_secret.get_secret_value()
    listening = asyncio.Event()
    serving = asyncio.create_task(
        serve(
            app,
            host=settings.webhook.listen,
            port=settings.webhook.port,
            stop=stop,
            listening=lambda _: listening.set(),
        )
    )
    opened = asyncio.create_task(listening.wait())
    try:
        await asyncio.wait({serving, opened}, return_when=asyncio.FIRST_COMPLETED)
        if listening.is_set():  # only now: Telegram calls as soon as it knows where
            await application.bot.set_webhook(
                settings.webhook.url,
                secret_token=secret,
                max_connections=settings.webhook.max_connections,
                allowed_updates=list(ALLOWED_UPDATES),
            )
    except BaseException:
        stop.set()
        raise
    finally:
        opened.cancel()
        await serving
