"""Promises of transactions: all or nothing, whatever happens in between."""

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import dialogs, supporters
from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.migrate import upgrade
from storage.tables import supporters as table
from tests import migrated
from tests.storage.world import NOW, person


async def _people(database: Database) -> int:
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


async def test_an_exception_leaves_nothing_behind(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as db:
            await person(db)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await _people(database) == 0


async def test_the_same_person_arriving_twice_at_once_is_one_person(database: Database) -> None:
    async def arrive() -> int:
        async with database.transaction() as db:
            supporter, _ = await person(db, 7)
            return supporter.id

    assert len(set(await asyncio.gather(*(arrive() for _ in range(20))))) == 1
    assert await _people(database) == 1


async def test_a_persons_dialog_is_changed_by_one_transaction_at_a_time(
    database: Database,
) -> None:
    async with database.transaction() as db:
        await person(db, 7)

    async def step() -> None:
        async with database.transaction() as db:
            _, dialog = await person(db, 7)
            await asyncio.sleep(0.002)
            await dialogs.save(db, replace(dialog, serial=dialog.serial + 1))

    await asyncio.gather(*(step() for _ in range(20)))
    async with database.transaction() as db:
        assert (await person(db, 7))[1].serial == 20


async def test_what_people_write_comes_back_as_written(database: Database) -> None:
    text = "Żółć 👩‍👩‍👧 שלום \\' \" %s {{7*7}} " + "x" * 4096
    async with database.transaction() as db:
        _, dialog = await person(db, 7)
        await dialogs.save(
            db, replace(dialog, answers={"1": {"name": text}}, recent_updates=(1, 2**40))
        )
    async with database.transaction() as db:
        _, dialog = await person(db, 7)
    assert dialog.answers == {"1": {"name": text}}
    assert dialog.recent_updates == (1, 2**40)
    assert dialog.updated_at == NOW


async def test_a_person_who_writes_again_can_be_reached_again(database: Database) -> None:
    async with database.transaction() as db:
        await person(db, 7)
        await supporters.set_reachable(db, 7, False)
    async with database.transaction() as db:
        supporter, _ = await dialogs.open(
            db, telegram_id=7, first_name="Ada L", telegram_language="cy", now=NOW
        )
    assert supporter.reachable
    async with database.reading() as db:
        assert await supporters.by_telegram_id(db, 7) == supporter
        assert await supporters.by_telegram_id(db, 8) is None


async def test_many_rows_can_be_read_one_by_one_from_one_state(database: Database) -> None:
    async with database.transaction() as db:
        for telegram_id in range(1, 31):
            await person(db, telegram_id)
    async with database.reading() as db:
        rows = await db.stream(select(table.c.telegram_id).order_by(table.c.id))
        found = [(await anext(rows)).telegram_id]
        async with database.transaction() as other:
            await person(other, 31)
        found += [row.telegram_id async for row in rows]
        assert await db.scalar(select(func.count()).select_from(table)) == 30
    assert found == list(range(1, 31))
    assert await _people(database) == 31


async def test_a_database_that_cannot_be_written_says_try_again(tmp_path: Path) -> None:
    url = await migrated.copied_to(tmp_path / "clamour.db")
    holder = await Database.open(url)
    waiter = await Database.open(url, busy_timeout=0.1)
    try:
        async with holder.transaction() as db:
            await person(db, 1)
            with pytest.raises(DatabaseUnavailable):
                async with waiter.transaction() as other:
                    await person(other, 2)
        async with waiter.transaction() as other:
            await person(other, 2)
    finally:
        await holder.close()
        await waiter.close()


async def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "clamour.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseUnavailable):
        await upgrade(f"sqlite+aiosqlite:///{path}")


async def test_the_database_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "clamour.db"
    await upgrade(f"sqlite+aiosqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_server_that_does_not_answer_says_try_again() -> None:
    with pytest.raises(DatabaseUnavailable):
        await Database.open("postgresql+asyncpg://nobody@127.0.0.1:1/none")
