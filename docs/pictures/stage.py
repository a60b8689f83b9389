"""A bot in the simulator in which nothing is left to chance: a clock that stands, known codes."""

import random
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp
from aiohttp import web

from docs.pictures.scenes import Cast
from replay.people import Person
from simulator.app import make_app
from simulator.limits import Limits
from simulator.world import World
from tests.e2e.running_bot import RunningBot
from tests.stage.bot import OWNER

NOW = datetime(2009, 11, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE: tuple[dict[str, Any], ...] = (
    {"id": OWNER - 2, "first_name": "Ada", "last_name": "Lovelace", "language_code": "en"},
    {"id": OWNER - 1, "first_name": "Ben", "last_name": "Okri", "language_code": "en"},
    {"id": OWNER, "first_name": "Sam", "language_code": "en"},
)


@contextmanager
def no_chance(folder: Path) -> Iterator[None]:
    """What is drawn is the same each time: for pictures, never for a bot that anybody uses. What
    is named by chance, such as where a pack is made, stands in this folder of its own."""
    dice = random.Random(2009)  # noqa: S311
    with (
        patch.object(tempfile, "tempdir", str(folder)),
        patch.object(secrets, "choice", dice.choice),
        patch.object(secrets, "token_bytes", dice.randbytes),
    ):
        yield


@asynccontextmanager
async def simulator() -> AsyncIterator[tuple[World, str]]:
    """A Telegram in which it is NOW, and its address."""
    world = World("clamour_bot")
    world.ahead = NOW.timestamp() - time.time()
    for person in PEOPLE:
        world.add_person(**person)
    runner = web.AppRunner(make_app(world, Limits()), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield world, "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[tuple[RunningBot, Cast]]:
    """A bot on which nobody has written yet, and the people with their phones."""
    with no_chance(folder):
        async with (
            simulator() as (world, address),
            RunningBot.open(address, folder, now=NOW) as stage,
            aiohttp.ClientSession() as session,
        ):

            def an_hour_passes() -> None:
                world.ahead += HOUR.total_seconds()
                stage.clock_shows(stage.services.clock() + HOUR)

            people = [Person(session, address, one["id"], one["first_name"]) for one in PEOPLE]
            yield stage, Cast(*people, an_hour_passes)
