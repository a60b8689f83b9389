"""Promises about what has been deleted: none of it is left on SQLite's pages."""

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs.loops import cancel_and_wait
from storage.database import Database
from storage.errors import DatabaseUnavailable
from tests import migrated
from tests.storage.remains import leave_remains, legible
from tests.storage.world import person


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(await migrated.copied_to(tmp_path / "clamour.db"))
    yield database
    await database.close()


async def test_what_stayed_behind_when_pages_were_split_goes_too(
    database: Database, tmp_path: Path
) -> None:
    """`secure_delete` overwrites a row where it stood last, not where it stood before."""
    kept = await leave_remains(database)
    assert await database.scrub()
    assert legible(tmp_path) - kept, "or this tries nothing"
    await database.rewrite_file()
    assert await database.scrub()
    assert legible(tmp_path) == kept


async def test_who_writes_meanwhile_waits_and_is_kept(database: Database) -> None:
    async def arrive(number: int) -> None:
        async with database.transaction() as db:
            await person(db, number)

    arriving = [asyncio.create_task(arrive(number)) for number in range(60)]
    for _ in range(5):
        await database.rewrite_file()
    await asyncio.gather(*arriving)
    async with database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM supporters")) == 60


async def test_it_has_its_turn_however_many_write_without_a_pause(database: Database) -> None:
    """Each commit is shared, and the next of them is always waiting."""
    numbers = itertools.count()

    async def go_on_arriving() -> None:
        while True:
            async with database.transaction() as db:
                await person(db, next(numbers))

    async with asyncio.timeout(20):
        writing = [asyncio.create_task(go_on_arriving()) for _ in range(40)]
        try:
            for _ in range(3):
                await database.rewrite_file()
        finally:
            await cancel_and_wait(writing)


async def test_who_reads_meanwhile_reads_on(database: Database) -> None:
    async with database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM supporters")) == 0
        await database.rewrite_file()
        async with database.transaction() as other:
            await person(other, 7)
        assert await db.scalar(text("SELECT count(*) FROM supporters")) == 0
        assert not await database.scrub()


async def test_another_process_that_writes_is_waited_for_and_nobody_is_stuck(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "clamour.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable):
        await database.rewrite_file()
    other.execute("ROLLBACK")
    async with database.transaction() as db:
        await person(db, 7)
    await database.rewrite_file()
    other.close()


async def test_cancelled_while_it_waits_it_holds_nobody_up(database: Database) -> None:
    async with database.transaction() as db:
        await person(db, 7)
        waiting = asyncio.create_task(database.rewrite_file())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with database.transaction() as db:
        await person(db, 8)


async def test_cancelled_in_the_middle_it_is_broken_off(database: Database, tmp_path: Path) -> None:
    """Who still has to write as the bot stops has seconds for it."""
    other = sqlite3.connect(tmp_path / "clamour.db", isolation_level=None, timeout=0)
    other.execute("CREATE TABLE much (id INTEGER PRIMARY KEY, words BLOB)")
    for _ in range(100):
        other.execute("INSERT INTO much (words) VALUES (zeroblob(1000000))")
    other.execute("DELETE FROM much WHERE id < 10")
    rewriting = asyncio.create_task(database.rewrite_file())
    while not is_locked(other):
        await asyncio.sleep(0.001)
    rewriting.cancel()
    await asyncio.gather(rewriting, return_exceptions=True)
    assert other.execute("PRAGMA freelist_count").fetchone()[0] > 0, "it has not come to its end"
    other.close()
    async with database.transaction() as db:
        await person(db, 7)


def is_locked(connection: sqlite3.Connection) -> bool:
    """Whether somebody else writes."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    connection.execute("ROLLBACK")
    return False
