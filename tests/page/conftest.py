"""A real browser on the simulator's page, with the bot behind it.

Chromium starts once in each process of a run. It belongs to the event loop that started it, so all
tests here share one loop: their fixtures say so, too.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests import engines
from tests.e2e.running_bot import RunningBot, simulator_within
from tests.page.tiny_bot import TinyBot
from tests.simulator.conftest import Telegram, running

CHROMIUM = os.environ.get("CLAMOUR_TEST_CHROMIUM", "/usr/bin/chromium")
_CHROMIUM_IS_THERE = Path(CHROMIUM).exists()
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not _CHROMIUM_IS_THERE:
        reason = f"no Chromium at {CHROMIUM}: install it, or set CLAMOUR_TEST_CHROMIUM"
        if engines.must_not_skip():
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def telegram() -> AsyncIterator[Telegram]:
    async with running() as telegram:
        yield telegram


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path) -> AsyncIterator[RunningBot]:
    async with simulator_within() as address, RunningBot.open(address, tmp_path) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def bot(telegram: Telegram) -> AsyncIterator[TinyBot]:
    bot = TinyBot(telegram)
    await bot.calls("getMe")
    working = asyncio.create_task(bot.work())
    yield bot
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
        await working
