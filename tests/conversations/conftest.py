"""The bot and the simulator in one process: nobody waits (tests/stage)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import staff
from tests.e2e.people import Person
from tests.stage.bot import OWNER
from tests.stage.skipping_loop import SkippingLoop
from tests.stage.stage import Stage, Telegram


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], SkippingLoop]]:
    return {"skipping": SkippingLoop}


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram.open() as telegram:
        yield telegram


@pytest.fixture
async def stage(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Stage]:
    """The example campaign, on SQLite."""
    async with Stage.on(telegram, tmp_path) as stage:
        yield stage


@pytest.fixture
def arrives(stage: Stage) -> Callable[..., Awaitable[Person]]:
    """Somebody comes along: `await arrives("Ada", language_code="cy")`."""
    return stage.telegram.arrives


@pytest.fixture
async def ada(arrives: Callable[..., Awaitable[Person]]) -> Person:
    return await arrives("Ada", last_name="Lovelace")


@pytest.fixture
async def owner(arrives: Callable[..., Awaitable[Person]]) -> Person:
    return await arrives("Olive", id=OWNER)


@pytest.fixture
async def eddie(stage: Stage, arrives: Callable[..., Awaitable[Person]]) -> Person:
    """An editor who has written to the bot before."""
    person = await arrives("Eddie")
    await person.says("/start")
    async with stage.database.transaction() as db:
        await staff.upsert(db, person.id, "editor", datetime.now(UTC))
    return person
