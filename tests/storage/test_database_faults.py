"""Promises for the bad days: a lost server, a refused value, a mistake of ours."""

import asyncio
import traceback
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from storage import campaigns, dialogs, supporters
from storage.database import Connection, Database
from storage.driver_errors import translated
from storage.errors import DatabaseUnavailable, StorageError
from storage.tables import supporters as table
from tests import engines, migrated
from tests.storage.world import NOW, campaign, person


async def _lose_every_connection(url: str) -> None:
    """What a restart of the server does to those who are connected."""
    server = await asyncpg.connect(url.replace("+asyncpg", ""))
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await server.close()


@pytest.mark.parametrize("url", engines.params()[1:], indirect=True)
async def test_a_server_that_restarts_costs_one_try_and_then_works_again(
    url: str, database: Database
) -> None:
    async def arrive(telegram_id: int) -> bool:
        try:
            async with database.transaction() as db:
                await person(db, telegram_id)
        except DatabaseUnavailable:
            return False
        return True

    assert all(await asyncio.gather(*(arrive(n) for n in range(1, 6))))
    await _lose_every_connection(url)
    await asyncio.gather(*(arrive(n) for n in range(11, 16)))
    assert all(await asyncio.gather(*(arrive(n) for n in range(21, 26))))


@pytest.mark.parametrize("url", engines.params()[1:], indirect=True)
async def test_a_server_that_restarts_in_a_transaction_keeps_nothing_of_it(
    url: str, database: Database
) -> None:
    async def write() -> None:
        async with database.transaction() as db:
            await person(db, 7)
            await _lose_every_connection(url)
            await person(db, 8)

    with pytest.raises(DatabaseUnavailable):
        await write()
    async with database.transaction() as db:
        assert await supporters.by_telegram_id(db, 7) is None


@pytest.mark.parametrize("url", engines.params()[1:], indirect=True)
async def test_a_server_that_restarts_as_a_reading_ends_says_so_in_our_words(
    url: str, database: Database
) -> None:
    async def read() -> None:
        async with database.reading() as db:
            await campaigns.changes_token(db)
            await _lose_every_connection(url)

    with pytest.raises(DatabaseUnavailable):
        await read()
    async with database.reading() as db:
        await campaigns.changes_token(db)


def test_a_driver_that_has_lost_its_place_in_a_conversation_has_lost_the_connection() -> None:
    """The server said goodbye between two of its answers (asyncpg tells it without a code)."""
    lost = Exception()
    lost.__cause__ = asyncpg.InternalClientError("cannot switch to state 11")
    with pytest.raises(DatabaseUnavailable), translated():
        raise DBAPIError("ROLLBACK", {}, lost)


@pytest.mark.parametrize("hostile", ["nul \0 here", "half a character \ud83d"])
async def test_text_that_not_both_engines_keep_is_refused_as_a_value(
    database: Database, hostile: str
) -> None:
    async with database.transaction() as db:
        supporter, dialog = await person(db)
        with pytest.raises(ValueError, match="cannot be kept"):
            await supporters.choose_language(db, supporter.id, hostile)
        with pytest.raises(ValueError, match="cannot be kept"):
            await dialogs.save(db, replace(dialog, answers={"name": [hostile]}))
        with pytest.raises(ValueError, match="cannot be kept"):
            await dialogs.save(db, replace(dialog, answers={hostile: "name"}))
        with pytest.raises(ValueError, match="time zone"):
            await dialogs.save(db, replace(dialog, updated_at=NOW.replace(tzinfo=None)))
        await dialogs.save(db, replace(dialog, answers={"name": r"\u0000 and \\u0000"}))
    async with database.reading() as db:
        found = await supporters.by_telegram_id(db, supporter.telegram_id)
        assert found == supporter


async def test_an_error_quotes_nobody(database: Database) -> None:
    ada = {"telegram_id": 4_242_424_242, "first_name": "Ada Secret", "created_at": NOW}

    async def break_a_rule(db: Connection) -> None:
        await db.execute(insert(table), ada | {"reachable": None})

    async def come_twice(db: Connection) -> None:
        for _ in range(2):
            await db.execute(insert(table), ada | {"reachable": True})

    async def give_a_name_for_a_number(db: Connection) -> None:
        wanted = text("SELECT id FROM supporters WHERE telegram_id + 1 = :it")
        await db.execute(wanted, {"it": ada["first_name"]})

    mistakes = [break_a_rule, come_twice]
    if database.kind == "postgresql":  # SQLite compares anything with anything
        mistakes.append(give_a_name_for_a_number)
    for mistake in mistakes:
        with pytest.raises(StorageError) as caught:
            async with database.transaction() as db:
                await mistake(db)
        assert not isinstance(caught.value, DatabaseUnavailable)
        printed = "".join(traceback.format_exception(caught.value))
        assert mistake.__name__ in printed
        assert "Secret" not in printed
        assert "4242424242" not in printed


async def test_an_error_of_the_callers_own_stays_what_it_is(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.transaction():
            raise FileNotFoundError
    with pytest.raises(TimeoutError):
        async with database.reading(), asyncio.timeout(0):
            await asyncio.sleep(1)


async def test_reading_sees_one_state_and_writes_nothing(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
    async with database.reading() as db:
        before = await campaigns.by_id(db, made.id)
        async with database.transaction() as other:
            await campaigns.upsert(
                other, slug=made.slug, status="closed", goal=1, definition={}, now=NOW
            )
        assert await campaigns.by_id(db, made.id) == before
    with pytest.raises(DatabaseUnavailable):
        async with database.reading() as db:
            await supporters.set_reachable(db, 7, True)


async def test_nothing_acknowledged_is_lost_to_a_power_cut(tmp_path: Path) -> None:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    database = await Database.open(url)
    asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    try:
        for look, query_only in ((database.transaction, 0), (database.reading, 1)):
            async with look() as db:
                for pragma, value in {**asked, "query_only": query_only}.items():
                    assert await db.scalar(text(f"PRAGMA {pragma}")) == value
    finally:
        await database.close()


async def test_a_database_in_memory_or_of_another_kind_is_refused() -> None:
    for url in ("sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "mysql+aiomysql://x/y"):
        with pytest.raises(ValueError, match=r"file|neither"):
            await Database.open(url)
