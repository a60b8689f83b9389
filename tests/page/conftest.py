"""A real browser on the simulator's page, with the bot behind it."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright

from tests import engines
from tests.e2e.running_bot import RunningBot, simulator_within
from tests.page.tiny_bot import TinyBot
from tests.simulator.conftest import Telegram, telegram

__all__ = ["telegram"]

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


@pytest.fixture
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


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[RunningBot]:
    async with simulator_within() as address, RunningBot.open(address, tmp_path) as stage:
        yield stage


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[TinyBot]:
    bot = TinyBot(telegram)
    await bot.calls("getMe")
    working = asyncio.create_task(bot.work())
    yield bot
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
        await working
