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
from structlog.testing import capture_logs

from bot.jobs import scrubber
from bot.jobs.loops import cancel_and_wait, keep_going
from bot.jobs.scrubber import Scrubber
from bot.jobs.tombstones import Tombstones, sync
from campaign import erasure
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage.database import Database
from tests import migrated
from tests.campaign import petitions
from tests.disks import no_more_than
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

    async def erases(self, who: int = 7_123_456_789, at: datetime = NOON) -> None:
        async with self.services.database.transaction() as db:
            one = await petitions.person(db, who, at - MINUTE)
            await erasure.erase(db, one, now=at)

    def writes_and_deletes(self) -> None:
        """As legible remains, which nothing has overwritten."""
        sqlite = sqlite3.connect(self.folder / "clamour.db", isolation_level=None)
        sqlite.execute("PRAGMA secure_delete = OFF")
        sqlite.execute("INSERT INTO notes (words) VALUES ('~note 0123456789abcdef01~')")
        sqlite.execute("DELETE FROM notes WHERE words = '~note 0123456789abcdef01~'")
        sqlite.close()

    async def comes_to_rest(self, jobs: Tombstones) -> None:
        """The start is over, and a look finds nothing to do."""
        async with asyncio.timeout(60):
            await jobs.look()
            while self.services.erased.is_set():
                await asyncio.sleep(0.01)
                await jobs.look()

    def is_clean(self) -> bool:
        return legible(self.folder) == self.kept

    async def is_cleaned(self, within: float = 60) -> None:
        async with asyncio.timeout(within):
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
        await office.comes_to_rest(jobs)
        await office.erases()
        await jobs.look()
        await office.is_cleaned()
        assert (office.folder / "clamour.db.tombstones").read_text()


async def test_who_was_erased_by_another_program_after_the_clock_was_set_back_is_noticed(
    office: Office,
) -> None:
    await office.erases()
    async with office.runs() as jobs:
        await office.is_cleaned()
        await office.erases(8, NOON - 60 * MINUTE)
        await jobs.look()
        async with asyncio.timeout(60):
            while len((office.folder / "clamour.db.tombstones").read_text().splitlines()) < 2:
                await asyncio.sleep(0.01)


async def test_a_damaged_file_of_tombstones_stops_neither_job(office: Office) -> None:
    stones = office.folder / "clamour.db.tombstones"
    async with office.runs():
        stones.write_bytes(b"\xff\x00\n")
        await office.erases()
        office.services.erased.set()
        await office.is_cleaned()
        assert NOON.isoformat().encode() in stones.read_bytes()


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


async def test_a_fault_that_nobody_foresaw_leaves_nothing_on_the_disk_for_good(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults, rewrite = [LookupError("unforeseen")], office.services.database.rewrite_file

    async def fails_once() -> None:
        if faults:
            raise faults.pop()
        await rewrite()

    monkeypatch.setattr(office.services.database, "rewrite_file", fails_once)
    job = Scrubber(office.services.database, lambda: NOON)
    going = asyncio.create_task(keep_going(job.run, again_after=0.0))
    job.pages_are_stained()
    await office.is_cleaned(within=20)
    assert not faults
    await cancel_and_wait([going])


async def test_a_long_reader_puts_nobody_off_who_is_erased_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup may read for minutes: the rest after it is for those who want to write."""
    monkeypatch.setattr(scrubber, "REST", 20)
    await office.erases()
    reader = sqlite3.connect(office.folder / "clamour.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM notes").fetchall()
    version = reader.execute("PRAGMA schema_version").fetchone()
    async with office.runs():
        watching = sqlite3.connect(office.folder / "clamour.db", isolation_level=None)
        while watching.execute("PRAGMA schema_version").fetchone() == version:
            await asyncio.sleep(0.01)  # until the file is written anew
        await asyncio.sleep(2.0)
        watching.close()
        reader.close()
        await office.is_cleaned()
        office.writes_and_deletes()
        assert not office.is_clean()
        office.services.erased.set()
        await office.is_cleaned(within=20)


async def test_a_long_reader_keeps_nobody_out_of_the_file_of_tombstones(office: Office) -> None:
    stones = office.folder / "clamour.db.tombstones"
    reader = sqlite3.connect(office.folder / "clamour.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM notes").fetchall()
    async with office.runs():
        for number in range(1, 4):
            await office.erases(number)
            office.services.erased.set()
            async with asyncio.timeout(10):
                while len(stones.read_text().splitlines() if stones.exists() else ()) < number:
                    await asyncio.sleep(0.02)
        reader.close()
        await office.is_cleaned()


async def test_a_disk_that_was_too_small_for_it_is_not_left_full(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubber, "LARGEST_BY_DAY", 0)
    monkeypatch.setattr(scrubber, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(scrubber, "SECONDS_BETWEEN_TRIES", 1.0)
    await office.erases()
    log, copy = office.folder / "clamour.db-wal", office.folder / "copy"
    sqlite = sqlite3.connect(office.folder / "clamour.db", isolation_level=None)
    sqlite.execute("VACUUM INTO ?", [str(copy)])
    sqlite.close()
    room = copy.stat().st_size + 4_096  # too little for the log of the same
    copy.unlink()
    async with office.runs():
        while office.services.erased.is_set() or log.stat().st_size:
            await asyncio.sleep(0.01)
        with no_more_than(room), capture_logs() as logged:
            office.services.clock = lambda: NIGHT
            while "erased, but not scrubbed yet" not in [one["event"] for one in logged]:
                await asyncio.sleep(0.01)
            assert not log.stat().st_size
        await office.is_cleaned()


async def test_a_file_that_cannot_be_looked_at_for_a_while_is_scrubbed_afterwards(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubber, "SECONDS_BETWEEN_TRIES", 0.05)
    await office.erases()
    file, away = office.folder / "clamour.db", office.folder / "elsewhere"
    file.rename(away)
    async with office.runs():
        await asyncio.sleep(0.5)
        away.rename(file)
        await office.is_cleaned()
