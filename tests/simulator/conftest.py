"""A simulator in this process, a real bot of python-telegram-bot, and people."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot

from simulator.app import make_app
from simulator.limits import Limits
from simulator.world import World
from tests.simulator.phone import TOKEN, Json, Phone


@dataclass
class Telegram:
    """A running simulator."""

    address: str
    world: World
    session: aiohttp.ClientSession

    async def control(self, what: str, **order: Any) -> None:
        async with self.session.post(f"{self.address}/control/{what}", json=order) as answer:
            assert answer.status < 300, await answer.text()

    async def calls(self, method: str, **parameters: Any) -> Json:
        """Call a Bot API method with a JSON body and give the whole answer."""
        url = f"{self.address}/bot{TOKEN}/{method}"
        async with self.session.post(url, json=parameters) as answer:
            body: Json = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body


@asynccontextmanager
async def running() -> AsyncIterator[Telegram]:
    """A simulator whose bot is @clamour_bot."""
    world = World("clamour_bot")
    world.slows_hurried_polls = False  # these tests look at updates, again and again
    runner = web.AppRunner(
        make_app(world, Limits()), shutdown_timeout=0.2, handler_cancellation=True
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session:
        yield Telegram(f"http://{host}:{port}", world, session)
    await runner.cleanup()


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with running() as telegram:
        yield telegram


@pytest.fixture
def address(telegram: Telegram) -> str:
    return telegram.address


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    """A bot that has said hello, so that people can find it."""
    bot = Bot(
        TOKEN, base_url=f"{telegram.address}/bot", base_file_url=f"{telegram.address}/file/bot"
    )
    async with bot:
        yield bot


@pytest.fixture
async def arrives(telegram: Telegram) -> Callable[..., Awaitable[Phone]]:
    """Somebody comes along who has not written to the bot yet."""

    async def arrive(first_name: str = "Ada", **traits: Any) -> Phone:
        body = {"first_name": first_name, **traits}
        async with telegram.session.post(f"{telegram.address}/people", json=body) as answer:
            assert answer.status == 201
            person_id = (await answer.json())["id"]
            return Phone(telegram.session, telegram.address, person_id, first_name)

    return arrive


@pytest.fixture
async def ada(arrives: Callable[..., Awaitable[Phone]], bot: Bot) -> Phone:
    """Ada, who has pressed Start; that update waits for the bot."""
    ada = await arrives("Ada", last_name="Lovelace", username="ada", phone="+447700900001")
    await ada.writes("/start")
    await ada.events()
    return ada
