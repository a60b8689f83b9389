"""Promises of the jobs after an erasure: nothing that was written is left on the disk, whoever has
erased, however large the file is, and whatever happens in between."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs import scrubber
from bot.jobs.scrubber import Scrubber
from bot.jobs.tombstones import Tombstones, sync
from campaign import erasure
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage.database import Database
from tests import migrated
from tests.campaign import petitions
from tests.storage.remains import leave_remains, legible

NOON = datetime(2009, 11, 26, 12, tzinfo=UTC)
NIGHT = NOON.replace(hour=3)
MINUTE = timedelta(minutes=1)


@dataclass
class Office:
    services: Services
    folder: Path
    kept: set[str]

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[Tombstones]:
        """As the bot does the jobs, which wake up at the start."""
        scrubber = Scrubber(self.services.database, lambda: self.services.clock())
        jobs = Tombstones(self.services, self.folder / "clamour.db.tombstones", scrubber)
        self.services.erased.set()
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(jobs.run()), tasks.create_task(scrubber.run())]
            yield jobs
            for task in running:
                task.cancel()

    async def erases(self) -> None:
        async with self.services.database.transaction() as db:
            one = await petitions.person(db, 7_123_456_789, NOON - MINUTE)
            await erasure.erase(db, one, now=NOON)

    def is_clean(self) -> bool:
        return legible(self.folder) == self.kept

    async def is_cleaned(self) -> None:
        async with asyncio.timeout(60):
            while not self.is_clean():
                await asyncio.sleep(0.02)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database = await Database.open(await migrated.copied_to(tmp_path / "clamour.db"))
    kept = await leave_remains(database)
    services = Services(database, bot_texts(), Catalogue(database))
    services.clock = lambda: NOON
    await sync(database, tmp_path / "clamour.db.tombstones", now=NOON)  # as each start does
    yield Office(services, tmp_path, kept)
    await database.close()


async def test_once_somebody_is_erased_the_file_is_written_anew(office: Office) -> None:
    async with office.runs():
        await asyncio.sleep(0.2)
        assert not office.is_clean(), "before, nobody was erased: the start costs nothing"
        await office.erases()
        office.services.erased.set()
        await office.is_cleaned()


async def test_who_was_erased_just_before_a_kill_is_scrubbed_at_the_start(office: Office) -> None:
    await office.erases()
    async with office.runs():
        await office.is_cleaned()


async def test_who_was_erased_by_another_program_is_noticed(office: Office) -> None:
    async with office.runs() as jobs:
        while office.services.erased.is_set():
            await asyncio.sleep(0.01)
        await jobs.look()
        assert not office.services.erased.is_set()
        await office.erases()
        await jobs.look()
        await office.is_cleaned()
        assert (office.folder / "clamour.db.tombstones").read_text()


async def test_a_large_file_waits_for_the_night(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubber, "LARGEST_BY_DAY", 0)
    monkeypatch.setattr(scrubber, "SECONDS_BETWEEN_LOOKS", 0.01)
    await office.erases()
    async with office.runs():
        await asyncio.sleep(0.3)
        assert not office.is_clean()
        office.services.clock = lambda: NIGHT
        await office.is_cleaned()


async def test_while_the_file_is_in_use_it_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(scrubber, "SECONDS_BETWEEN_TRIES", 0.05)
    await office.erases()
    async with office.runs():
        other = sqlite3.connect(office.folder / "clamour.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.4)
        assert not office.is_clean()
        other.execute("ROLLBACK")
        other.close()
        await office.is_cleaned()
