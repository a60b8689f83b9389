"""The public pages with the chat, before a real database and over HTTP; nobody needs Telegram."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests import migrated
from tests.bot.web_door import Door, door
from tests.browser.visitor import Visitor

Arrives = Callable[[], Visitor]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    async with door(url, "http://127.0.0.1", chat=True) as opened:
        await opened.publish()
        yield opened


@pytest.fixture
async def arrives(world: Door) -> AsyncIterator[Callable[..., "object"]]:
    """Somebody comes with a browser of their own."""
    async with AsyncExitStack() as stack:
        visitors: list[Visitor] = []

        def arrive(**headers: str) -> Visitor:
            visitors.append(Visitor.to(world.address, **headers))
            stack.push_async_callback(visitors[-1].session.close)
            return visitors[-1]

        yield arrive


@pytest.fixture
async def ada(arrives: Arrives) -> Visitor:
    return arrives()
