"""Promises of the nightly backup, with a clock that the test sets."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import telegram

from bot.config import Settings
from bot.jobs.backups import Nightly, dated, due_since
from bot.jobs.notifications import Outbox
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage import backups, notifications, staff
from storage.database import Database
from storage.errors import DatabaseUnavailable
from tests import migrated
from tests.storage import world

EVENING = datetime(2009, 11, 25, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Telegram:
    """Keeps what owners are told."""

    told: list[int] = field(default_factory=list)

    async def send_message(self, chat_id: int, text: str, **_: Any) -> telegram.Message:
        assert "backup" in text
        self.told.append(chat_id)
        chat = telegram.Chat(chat_id, telegram.Chat.PRIVATE)
        return telegram.Message(len(self.told), EVENING, chat)

    async def _post(self, method: str, given: dict[str, Any]) -> None:
        assert method == "sendMessage"
        await self.send_message(**given)


@dataclass
class Night:
    nightly: Nightly
    services: Services
    telegram: Telegram
    folder: Path

    @property
    def bot(self) -> Any:
        return self.telegram

    async def at(self, now: datetime) -> int:
        """Look at that moment; how many backups there are."""
        self.services.clock, self.services.monotonic = lambda: now, now.timestamp
        await self.nightly.run_due()
        with suppress(DatabaseUnavailable):
            await Outbox(self.services, self.bot).send_due()
        return len(dated(self.folder))


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    async with database.transaction() as db:
        await world.person(db, 9)
        await staff.upsert(db, 9, "owner", EVENING)
    services = Services(database, bot_texts(), Catalogue(database))
    folder = tmp_path / "backups"
    given = Settings(
        telegram={"token": "1234567:" + "e2e_" * 9},
        storage={"url": url},
        backup={"folder": folder, "at": "03:15", "keep_days": 3},
    )
    telegram: Any = Telegram()
    yield Night(Nightly(services, telegram, given, folder), services, telegram, folder)
    await database.close()


async def test_one_a_night_and_one_at_once_for_nights_that_were_missed(night: Night) -> None:
    assert await night.at(EVENING) == 1, "there was none yet"
    assert await night.at(EVENING + HOUR) == 1
    assert await night.at(EVENING + 7 * HOUR) == 1
    assert await night.at(EVENING + 7.25 * HOUR) == 2, "a quarter past three"
    assert await night.at(EVENING + 8 * HOUR) == 2
    assert await night.at(EVENING + 24 * 2 * HOUR) == 3, "away for a night: one, not two"


async def test_old_ones_go_after_a_new_one_is_there(night: Night) -> None:
    for day in range(8):
        await night.at(EVENING + day * 24 * HOUR)
    assert [at for at, _ in sorted(dated(night.folder))] == [
        EVENING + day * 24 * HOUR for day in range(4, 8)
    ]


async def test_one_from_a_clock_that_was_wrong_keeps_nobody_from_making_others(
    night: Night,
) -> None:
    assert await night.at(EVENING + 365 * 24 * HOUR) == 1
    assert await night.at(EVENING) == 2
    assert await night.at(EVENING + 24 * HOUR) == 3


async def test_a_failure_is_told_once_a_day_tried_each_hour_and_costs_no_old_one(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    await night.at(EVENING)
    tried = []

    def full(*_: object) -> None:
        tried.append(1)
        raise OSError(28, "No space left on device")

    make = backups.make
    monkeypatch.setattr(backups, "make", full)
    morning = EVENING + 8 * HOUR
    for minutes in range(0, 5 * 60, 10):
        assert await night.at(morning + timedelta(minutes=minutes)) == 1
    assert (len(tried), night.telegram.told) == (5, [9])
    await night.at(morning + 25 * HOUR)
    assert night.telegram.told == [9, 9]
    monkeypatch.setattr(backups, "make", make)
    assert await night.at(morning + 27 * HOUR) == 2
    assert night.telegram.told == [9, 9]


async def test_a_failure_is_told_also_where_the_disk_is_too_full_to_queue_it(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async def cannot_write(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("database or disk is full")

    monkeypatch.setattr(backups, "make", full)
    monkeypatch.setattr(notifications, "add", cannot_write)
    for hours in range(5):
        await night.at(EVENING + hours * HOUR)
    assert night.telegram.told == [9]
    monkeypatch.undo()
    monkeypatch.setattr(backups, "make", full)
    await night.at(EVENING + 25 * HOUR)
    assert night.telegram.told == [9, 9]


@pytest.mark.parametrize(
    ("now", "at", "since"),
    [
        ("2009-11-26T03:14", "03:15", "2009-11-25T03:15"),
        ("2009-11-26T03:15", "03:15", "2009-11-26T03:15"),
        ("2010-01-01T00:00", "23:59", "2009-12-31T23:59"),
    ],
)
def test_a_night_begins_at_its_time(now: str, at: str, since: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due_since(moment, at) == datetime.fromisoformat(since).replace(tzinfo=UTC)
