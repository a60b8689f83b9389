"""A bot with an outbox and a staff of its own, on a clock that tests set; and one that dies."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

import bot.jobs.notifications as job
from bot.jobs.notifications import Outbox
from campaign.catalogue import Catalogue, publish
from campaign.notifications import notify_staff
from campaign.petition import Petition
from channels.telegram.broadcast_messages import BroadcastComposer
from handlers.services import Services
from messages import bot_texts
from storage import staff
from storage.database import Database
from tests import engines, migrated
from tests.bot.servers import MESSAGE, answering, bot_at, done
from tests.campaign import petitions
from tests.e2e import forkserver
from tests.storage.encrypted import OLD
from tests.storage.world import person

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
OWNER, WELSH, EDITOR = 1, 2, 3


def _send_and_die(url: str, api: str, now: str, point: str) -> None:
    """A process that sends what is due, and is killed by SIGKILL on the way."""
    asyncio.run(_sends_and_dies(url, api, now, point))


async def _sends_and_dies(url: str, api: str, now: str, point: str) -> None:
    async def die(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    database = await Database.open(url, keyring=OLD)
    services = Services(database, bot_texts(), Catalogue(database))
    services.clock = lambda: datetime.fromisoformat(now)
    if point == "before sending":
        job.compose = die
    else:
        job.notifications.end = die
    async with bot_at(api) as telegram:
        await job.Outbox(services, telegram).send_due()


@dataclass
class Office:
    """Three of the staff, what they are told, and what Telegram does instead."""

    url: str
    api: str
    services: Services
    bot: Any
    petition: Petition
    told: list[tuple[int, str]]
    faults: dict[int, Callable[[], web.Response]]
    now: datetime = NOW
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.services.clock = lambda: self.now
        self.outbox = Outbox(self.services, self.bot)

    async def notify(
        self, template: str = "staff/alert_failures", least: str = "owner", **more: Any
    ) -> None:
        """Queue a notification to all with that role."""
        more.setdefault("variables", {"count": 11})
        async with self.services.database.transaction() as db:
            await notify_staff(db, self.petition.id, least, template, now=self.now, **more)

    async def after(self, **time: float) -> list[int]:
        """Who is told something when so much time has passed."""
        self.now += timedelta(**time)
        before = len(self.told)
        while await self.outbox.send_due():
            pass
        return [chat for chat, _ in self.told[before:]]

    async def dies(self, point: str) -> None:
        """Another process sends what is due, and is killed by SIGKILL on the way."""
        given = (self.url, self.api, self.now.isoformat(), point)
        process = forkserver.context().Process(target=_send_and_die, args=given, daemon=True)
        await asyncio.to_thread(process.start)
        await asyncio.to_thread(process.join)
        assert process.exitcode == -signal.SIGKILL


@asynccontextmanager
async def office_on(engine: str, folder: Path) -> AsyncIterator[Office]:
    """An office whose database is encrypted."""
    await engines.require(engine)
    told: list[tuple[int, str]] = []
    faults: dict[int, Callable[[], web.Response]] = {}

    async def answer(call: web.Request) -> web.Response:
        given = await call.json()
        if given["chat_id"] in faults:
            return faults[given["chat_id"]]()
        told.append((given["chat_id"], given["text"]))
        return done(MESSAGE)

    async with (
        migrated.migrated_url(engine, folder) as url,
        answering(answer) as api,
        bot_at(api) as bot,
    ):
        database = await Database.open(url, keyring=OLD)
        try:
            petition = await publish(database, petitions.example(), now=NOW)
            async with database.transaction() as db:
                for member, role in ((OWNER, "owner"), (WELSH, "owner"), (EDITOR, "editor")):
                    await person(db, member)
                    await staff.upsert(db, member, role, NOW)
            services = Services(database, bot_texts(), Catalogue(database))
            services.composer = BroadcastComposer(services)
            yield Office(url, api, services, bot, petition, told, faults)
        finally:
            await database.close()
