"""The bot and the simulator, talking over real HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage import staff
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator_within
from tests.e2e.site import Site, opened
from tests.stage.bot import OWNER


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The example campaign, on SQLite, by polling."""
    async with simulator_within() as address, RunningBot.open(address, tmp_path) as stage:
        yield stage


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A campaign's own site, on which people can sign; its bot is `site.stage`."""
    async with opened(tmp_path) as site:
        yield site


@pytest.fixture
async def arrives(stage: RunningBot) -> AsyncIterator[Callable[..., Awaitable[Person]]]:
    """Somebody comes along: `await arrives("Ada", language_code="cy")`."""
    async with aiohttp.ClientSession() as session:

        async def arrive(first_name: str = "Ada", **traits: Any) -> Person:
            return await Person.arrive(session, stage.address, first_name, **traits)

        yield arrive


@pytest.fixture
async def ada(arrives: Callable[..., Awaitable[Person]]) -> Person:
    return await arrives("Ada", last_name="Lovelace")


@pytest.fixture
async def owner(arrives: Callable[..., Awaitable[Person]]) -> Person:
    return await arrives("Olive", id=OWNER)


@pytest.fixture
async def eddie(stage: RunningBot, arrives: Callable[..., Awaitable[Person]]) -> Person:
    """An editor who has written to the bot before."""
    person = await arrives("Eddie")
    await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "editor", datetime.now(UTC))
    return person
