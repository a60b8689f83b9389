"""The whole bot and the simulator in one process, without sockets, threads or waiting.

It is `bot.application.run`, as it runs every day: its routes, its jobs, its database. Only what it
is given differs: requests that go straight to the simulator, SQLite without threads, and the time
of a loop that skips what nobody needs to wait for.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from apscheduler.schedulers import base as apscheduler

from bot import application
from campaign.catalogue import Catalogue
from campaign.referrals.share_texts import ShareTexts
from campaign.timeline import KeptStories
from channels.email import transport
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.services import Services
from replay.people import Person
from simulator.app import make_app
from simulator.limits import Limits
from simulator.world import World
from storage.migrate import sqlite_file
from tests import migrated
from tests.stage import kept
from tests.stage.bot import Bot, settings
from tests.stage.clock import Wall, skipped, utc_now
from tests.stage.in_memory_http import ADDRESS, InMemoryRequest, Session
from tests.stage.sqlite_here import sqlite_here


class _World(World):
    """The simulator's, by the time of the loop."""

    def now(self) -> float:
        return super().now() + skipped()


class _RateLimiter(TwoLaneRateLimiter):
    """The bot's, by the time of the loop."""

    def __init__(self, **given: Any) -> None:
        super().__init__(clock=asyncio.get_running_loop().time, **given)


@dataclass(frozen=True)
class Telegram:
    """The simulator in this process, and the way to it."""

    session: Session
    world: World
    address: str = ADDRESS

    @classmethod
    @asynccontextmanager
    async def open(cls, **limits: bool) -> "AsyncIterator[Telegram]":
        world = _World("clamour_bot")
        app = make_app(world, Limits(**limits))
        try:
            yield cls(Session(app), world)
        finally:
            await app.cleanup()

    async def arrives(self, first_name: str = "Ada", **traits: Any) -> Person:
        """Somebody comes along with the chat app."""
        session: Any = self.session
        return await Person.arrive(session, self.address, first_name, **traits)


@dataclass
class Stage(Bot):
    """A bot on such a stage, and its database."""

    telegram: Telegram

    @classmethod
    @asynccontextmanager
    async def on(
        cls,
        telegram: Telegram,
        folder: Path,
        *,
        now: datetime | None = None,
        clock: Callable[[], datetime] = utc_now,
        **more: Any,
    ) -> "AsyncIterator[Stage]":
        """Run a bot until the block ends, and stop it cleanly.

        Args:
            now: what its clock shows from the beginning (UTC); None for what `clock` says.
            more: as tests.stage.bot.settings takes it.
        """
        given = settings(telegram.address, folder, **more)
        if (file := sqlite_file(given.storage.url)) is not None and not file.exists():
            if now is None and "files" not in more:
                await kept.furnished(file, given.campaigns.files[0])
            else:
                await migrated.copied_to(file)
        stop = asyncio.Event()
        configured: asyncio.Future[Services] = asyncio.get_running_loop().create_future()

        def configure(services: Services) -> None:
            loop = asyncio.get_running_loop()
            services.clock = (lambda: now) if now is not None else clock
            services.monotonic = loop.time
            services.catalogue = Catalogue(services.database, monotonic=loop.time)
            services.share_texts = ShareTexts(monotonic=loop.time, random=Random(1))
            services.stories = KeptStories(monotonic=loop.time)
            configured.set_result(services)

        with _without_the_world(telegram.session):
            running = asyncio.create_task(application.run(given, stop=stop, configure=configure))
            try:
                await _until_polled(telegram.session, running)
                services = configured.result()
                yield cls(
                    telegram.address,
                    given,
                    services.database,
                    services,
                    telegram.session,
                    telegram,
                )
            finally:
                stop.set()
                await running


async def _until_polled(session: Session, running: asyncio.Task[None]) -> None:
    session.polled.clear()
    polled = asyncio.create_task(session.polled.wait())
    await asyncio.wait({running, polled}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        polled.cancel()
        running.result()


def _without_the_world(session: Session) -> ExitStack:
    """What the bot is given in place of the network, of threads and of time."""

    async def already(url: str) -> None:
        """The database has been copied with every table."""

    in_place: dict[str, Callable[..., Any]] = {
        "AiohttpRequest": lambda _: InMemoryRequest(session),
        "TwoLaneRateLimiter": _RateLimiter,
        "bot_texts": kept.texts,
        "read_campaign": kept.campaign,
        "upgrade": already,
    }
    with ExitStack() as stack:
        stack.enter_context(sqlite_here())
        for name, other in in_place.items():
            stack.enter_context(patch.object(application, name, other))
        stack.enter_context(patch.object(apscheduler, "datetime", Wall))
        # A connection that is kept open is a socket, for which the loop waits in earnest.
        stack.enter_context(patch.dict(transport.IDLE_SECONDS, codes=0.0))
        return stack.pop_all()
