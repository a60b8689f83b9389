"""One bot for a whole test, which may go on for thousands of updates."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from campaign.delivery import lane, sender
from tests.handlers.forged_buttons import furnish
from tests.handlers.routes_harness import RoutesHarness


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def doors(runner: asyncio.Runner, tmp_path: Path) -> Iterator[RoutesHarness]:
    stack = AsyncExitStack()

    async def put_up() -> RoutesHarness:
        doors = await stack.enter_async_context(RoutesHarness.open(tmp_path))
        await furnish(doors)
        doors.shown.clear()
        return doors

    yield runner.run(put_up())
    runner.run(stack.aclose())


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender takes one person in hand at a time, and never rests."""
    monkeypatch.setattr(lane, "FEWEST_IN_HAND", 1)
    for name in ("TOGETHER_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(sender, name, 0.0)
