"""Promises about sending reminders: what a kill, a refusal and a stop of the bot cost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from telegram.ext import ExtBot

from bot.jobs.loops import shielded
from bot.jobs.reminders import send_due, send_next
from campaign.catalogue import Catalogue
from channels.telegram.http_client import NotSent
from handlers.services import Services
from messages import bot_texts
from storage.database import Database
from tests import migrated
from tests.campaign.petitions import published
from tests.campaign.test_reminders import begins

NOW = datetime(2009, 11, 3, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Telegram:
    """Takes messages, or does what a test wants instead."""

    goes_wrong: list[BaseException] = field(default_factory=list)
    got: list[int] = field(default_factory=list)
    slowly: float = 0.0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def send_message(self, chat_id: int, *_: Any, **__: Any) -> None:
        self.begun.set()
        await asyncio.sleep(self.slowly)
        if self.goes_wrong:
            raise self.goes_wrong.pop()
        self.got.append(chat_id)

    @property
    def bot(self) -> ExtBot[Any]:
        return cast("ExtBot[Any]", self)


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """Three people who began to sign, a minute apart; a day has passed since."""
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    petition = await published(database, "unit", NOW)
    async with database.transaction() as db:
        for who in (1, 2, 3):
            await begins(db, petition, who, NOW + timedelta(minutes=who))
    services = Services(database, bot_texts(), Catalogue(database))
    services.clock = lambda: NOW + timedelta(days=1, hours=1)
    yield services
    await database.close()


async def test_a_kill_costs_one_reminder_and_nobody_gets_two(services: Services) -> None:
    telegram = Telegram([Killed()])
    with pytest.raises(Killed):
        await send_due(services, telegram.bot)
    for _ in range(3):
        await send_due(services, telegram.bot)
    assert telegram.got == [2, 3]


async def test_what_has_not_been_sent_is_sent_later_and_once(services: Services) -> None:
    telegram = Telegram([NotSent("away")])
    assert not await send_next(services, telegram.bot)
    assert telegram.got == []
    for _ in range(3):
        await send_due(services, telegram.bot)
    assert telegram.got == [1, 2, 3]


async def test_a_stop_of_the_bot_lets_the_one_in_hand_go_out(services: Services) -> None:
    telegram = Telegram(slowly=0.05)
    working = asyncio.create_task(send_due(services, telegram.bot))
    await telegram.begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert telegram.got == [1]
    await send_due(services, telegram.bot)
    assert telegram.got == [1, 2, 3]


async def test_work_that_does_not_end_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs.loops.SECONDS", 0.05)
    endless = asyncio.create_task(shielded(asyncio.Event().wait()))
    await asyncio.sleep(0.01)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(endless, 120)
