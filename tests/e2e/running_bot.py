"""Putting up a simulator and a bot, and looking into the bot's database."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.application import run
from handlers.services import Services
from simulator.app import make_app
from simulator.limits import Limits
from simulator.world import World
from storage.database import Database
from storage.migrate import sqlite_file
from tests import migrated
from tests.stage.bot import ROOT, Bot, settings


@asynccontextmanager
async def simulator(*options: str) -> AsyncIterator[str]:
    """A simulator in a process of its own; gives its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--port", "0", "--bot-username", "clamour_bot", *options),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    try:
        yield line.split()[-1]
    finally:
        process.terminate()
        await process.communicate()


@asynccontextmanager
async def simulator_within(**limits: bool) -> AsyncIterator[str]:
    """A simulator in this process, over HTTP all the same: it starts sooner."""
    runner = web.AppRunner(
        make_app(World("clamour_bot"), Limits(**limits)),
        access_log=None,
        shutdown_timeout=0.2,
        handler_cancellation=True,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


@dataclass
class RunningBot(Bot):
    """A bot in this process that talks HTTP, and its database."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, address: str, folder: Path, *, now: datetime | None = None, **more: Any
    ) -> "AsyncIterator[RunningBot]":
        """Run a bot until the block ends, and stop it cleanly.

        Args:
            now: what its clock shows from the beginning (UTC); None for the time it is.
        """
        given = settings(address, folder, **more)
        if (file := sqlite_file(given.storage.url)) is not None and not file.exists():
            await migrated.copied_to(file)
        stop = asyncio.Event()
        furnished: asyncio.Future[Services] = asyncio.get_running_loop().create_future()

        def furnish(services: Services) -> None:
            if now is not None:
                services.clock = lambda: now
            furnished.set_result(services)

        running = asyncio.create_task(run(given, stop=stop, configure=furnish))
        try:
            await until_polled(address, running)
            await asyncio.wait({running, furnished}, return_when=asyncio.FIRST_COMPLETED)
            services = furnished.result()
            database = await Database.open(given.storage.url, keyring=given.keyring)
            async with aiohttp.ClientSession() as session:
                try:
                    yield cls(address, given, database, services, session)
                finally:
                    await database.close()
        finally:
            stop.set()
            await asyncio.wait_for(running, 120)


async def until_polled(address: str, running: "asyncio.Task[None]") -> None:
    """Wait until the bot asks for updates, or has a webhook."""
    async with aiohttp.ClientSession() as session:
        for _ in range(6_000):
            if running.done():
                running.result()
            async with session.get(f"{address}/control/stats") as answer:
                calls = (await answer.json())["calls"]
            if "getUpdates" in calls or "setWebhook" in calls:
                return
            await asyncio.sleep(0.02)
    raise AssertionError("the bot has not asked for updates")
