"""Putting up a simulator and a bot, and looking into the bot's database."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.application import run
from bot.config import Settings
from campaign.catalogue import publish
from campaign.definition.model import Definition, load_definition
from handlers.services import Services
from simulator.app import make_app
from simulator.limits import Limits
from simulator.world import World
from storage import campaigns, consents, signatures, supporters
from storage.campaigns import Totals
from storage.consents import Consent
from storage.database import Database
from storage.migrate import sqlite_file
from storage.signatures import Signature
from tests import migrated

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "keep-the-unit" / "campaign.toml"
TOKEN = "1234567:" + "e2e_" * 9
OWNER = 4242


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


def settings(address: str, folder: Path, **more: Any) -> Settings:
    """The settings of a bot that works against the simulator."""
    return Settings(
        telegram={"api_url": address, "token": TOKEN, **more.pop("telegram", {})},
        storage={
            "url": more.pop("url", f"sqlite+aiosqlite:///{folder / 'clamour.db'}"),
            "tombstones": folder / "clamour.db.tombstones",
            "key": more.pop("key", None),
        },
        campaigns={"files": more.pop("files", None) or (sleepless(folder),)},
        staff={"owners": (OWNER,)},
        limits=more.pop("limits", None) or {"updates": 0, "signings": 0},
        log={"level": "warning"},
        **more,
    )


def sleepless(folder: Path) -> Path:
    """The example campaign without quiet hours, so that tests are not those of the daytime."""
    for name in ("campaign.toml", "picture.png"):
        shutil.copy(EXAMPLE.with_name(name), folder / name)
    copied = folder / EXAMPLE.name
    copied.write_text('quiet_hours = ""\n' + copied.read_text("utf-8"), encoding="utf-8")
    return copied


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
class RunningBot:
    """A bot in this process, and its database."""

    address: str
    settings: Settings
    database: Database
    services: Services

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
            try:
                yield cls(address, given, database, services)
            finally:
                await database.close()
        finally:
            stop.set()
            await asyncio.wait_for(running, 120)

    def clock_shows(self, now: datetime) -> None:
        """Let the bot's clock stand at this time (UTC), and look whether anything is due."""
        self.services.clock = lambda: now
        self.services.dates_due.set()

    async def totals(self, slug: str = "keep-the-unit") -> Totals:
        """The kept totals, after checking them against a fresh count."""
        async with self.database.reading() as db:
            campaign = await campaigns.by_slug(db, slug)
            assert campaign is not None
            kept = await campaigns.totals(db, campaign.id)
            assert kept == await campaigns.recount(db, campaign.id)
        return kept

    async def signature(self, telegram_id: int, slug: str = "keep-the-unit") -> Signature | None:
        async with self.database.reading() as db:
            campaign = await campaigns.by_slug(db, slug)
            supporter = await supporters.by_telegram_id(db, telegram_id)
            assert campaign is not None
            return await signatures.of(db, campaign.id, supporter.id) if supporter else None

    async def consents(self, telegram_id: int, slug: str = "keep-the-unit") -> dict[str, Consent]:
        async with self.database.reading() as db:
            campaign = await campaigns.by_slug(db, slug)
            supporter = await supporters.by_telegram_id(db, telegram_id)
            assert campaign is not None
            assert supporter is not None
            return await consents.current(db, supporter.id, campaign.id)

    async def publish(self, **changes: Any) -> Definition:
        """Change the example campaign and publish it; the bot sees it at once."""
        definition = load_definition(EXAMPLE).model_copy(update={"quiet_hours": "", **changes})
        await publish(self.database, definition, now=datetime.now(UTC))
        self.services.catalogue.look_again()
        return definition

    async def control(self, what: str, **order: Any) -> None:
        """Order something of the simulator: a fault, other limits, redelivery."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}/control/{what}", json=order) as answer,
        ):
            assert answer.status < 300, await answer.text()

    async def mends(self) -> None:
        """End all ordered faults."""
        async with (
            aiohttp.ClientSession() as session,
            session.delete(f"{self.address}/control/faults") as answer,
        ):
            assert answer.status < 300, await answer.text()


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
