"""Promises of transactions that share a COMMIT (SQLite): each is kept or undone by itself, and
nobody is told more than what has reached the disk."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.group_commit import MOST_TOGETHER
from storage.sqlite_driver import OneHopConnection
from storage.tables import supporters
from tests import migrated
from tests.storage.world import person

PEOPLE = 4 * MOST_TOGETHER


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    yield database
    await database.close()


async def _arrive(database: Database, telegram_id: int) -> None:
    async with database.transaction() as db:
        await person(db, telegram_id)
        if telegram_id % 3 == 0:
            raise LookupError(telegram_id)


async def _known(database: Database) -> set[int]:
    async with database.reading() as db:
        return set(await db.scalars(select(supporters.c.telegram_id)))


@contextmanager
def _commits_counted(monkeypatch: pytest.MonkeyPatch) -> Any:
    commits: list[None] = []
    commit: Callable[[OneHopConnection], None] = OneHopConnection.commit

    def counted(connection: OneHopConnection) -> None:
        commits.append(None)
        commit(connection)

    with monkeypatch.context() as patch:
        patch.setattr(OneHopConnection, "commit", counted)
        yield commits


async def test_those_who_wait_share_a_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _commits_counted(monkeypatch) as commits:
        await asyncio.gather(
            *(_arrive(database, number * 3 + 1) for number in range(PEOPLE)),
        )
    assert len(commits) <= PEOPLE // MOST_TOGETHER + 1
    assert len(await _known(database)) == PEOPLE


async def test_one_who_fails_is_undone_alone(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(_arrive(database, number) for number in range(1, PEOPLE)), return_exceptions=True
    )
    failed = {n for n, outcome in enumerate(outcomes, 1) if isinstance(outcome, LookupError)}
    assert failed == {number for number in range(1, PEOPLE) if number % 3 == 0}
    assert await _known(database) == set(range(1, PEOPLE)) - failed


async def test_nobody_is_told_it_is_done_before_it_can_be_read(database: Database) -> None:
    async def arrive(telegram_id: int) -> bool:
        await _arrive(database, telegram_id)
        return telegram_id in await _known(database)

    assert all(await asyncio.gather(*(arrive(number * 3 + 1) for number in range(PEOPLE))))


async def test_a_commit_that_fails_is_told_to_all_who_share_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(connection: OneHopConnection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(OneHopConnection, "commit", refuse)
        outcomes = await asyncio.gather(
            *(_arrive(database, number * 3 + 1) for number in range(PEOPLE)),
            return_exceptions=True,
        )
    assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailable}
    assert await _known(database) == set()
    await _arrive(database, 1)
    assert await _known(database) == {1}


async def test_when_the_disk_is_full_those_who_were_told_so_are_kept_and_no_others(
    database: Database,
) -> None:
    async with database.transaction() as db:
        pages = await db.scalar(text("PRAGMA page_count")) or 0
        await db.execute(text(f"PRAGMA max_page_count = {pages + 3}"))

    async def arrive(telegram_id: int) -> None:
        async with database.transaction() as db:
            supporter, _ = await person(db, telegram_id)
            long_name = {"name": "A" * 700, "who": supporter.id}
            await db.execute(
                text("UPDATE supporters SET first_name = :name WHERE id = :who"), long_name
            )

    outcomes = await asyncio.gather(
        *(arrive(number) for number in range(1, PEOPLE)), return_exceptions=True
    )
    told = {number for number, outcome in enumerate(outcomes, 1) if outcome is None}
    assert 0 < len(told) < PEOPLE - 1
    assert {type(outcome) for outcome in outcomes} == {type(None), DatabaseUnavailable}
    assert await _known(database) == told
    async with database.transaction() as db:
        await db.execute(text(f"PRAGMA max_page_count = {pages + 1000}"))
    await arrive(PEOPLE)
    assert await _known(database) == told | {PEOPLE}


async def test_a_transaction_that_sqlite_has_rolled_back_is_not_gone_on_with(
    database: Database,
) -> None:
    """As SQLite does by itself for a full disk, an I/O error, or no memory."""

    async def lose_it(telegram_id: int) -> None:
        async with database.transaction() as db:
            await person(db, telegram_id)
            connection: Any = (await db.get_raw_connection()).dbapi_connection
            connection.run_here("ROLLBACK")
            await person(db, telegram_id + 1000)

    async def arrive(telegram_id: int) -> None:
        await (lose_it if telegram_id == 10 else person_alone)(telegram_id)

    async def person_alone(telegram_id: int) -> None:
        async with database.transaction() as db:
            await person(db, telegram_id)

    outcomes = await asyncio.gather(
        *(arrive(number) for number in range(1, PEOPLE)), return_exceptions=True
    )
    told = {number for number, outcome in enumerate(outcomes, 1) if outcome is None}
    lost = [outcome for outcome in outcomes if outcome is not None]
    assert {type(outcome) for outcome in lost} == {DatabaseUnavailable}
    assert 1 < len(lost) <= MOST_TOGETHER
    assert await _known(database) == told
    async with database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(supporters)) == len(told)
