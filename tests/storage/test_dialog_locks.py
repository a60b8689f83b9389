"""Promises of the lock that a person's updates and their erasure take, one after the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from storage import dialogs, locks, personal_data, supporters
from storage.database import Connection, Database
from storage.dialogs import Dialog
from storage.supporters import Supporter
from tests import engines
from tests.storage.world import NOW

ADA = 7_123_456_789
_WAITING = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def opened(db: Connection) -> tuple[Supporter, Dialog]:
    return await dialogs.open(
        db, telegram_id=ADA, first_name="Adagio", telegram_language="en", now=NOW
    )


@asynccontextmanager
async def waiting_behind(database: Database) -> AsyncIterator[Connection]:
    """A transaction that holds Ada's dialog until the block ends."""
    async with database.transaction() as db:
        await opened(db)
        yield db


async def until_somebody_waits(database: Database) -> None:
    async with asyncio.timeout(120):
        while not await _somebody_waits(database):
            await asyncio.sleep(0.01)


async def _somebody_waits(database: Database) -> bool:
    # a transaction sees pg_stat_activity as it was at its first look
    async with database.reading() as db:
        return await db.scalar(text(_WAITING)) is not None


only_postgres = pytest.mark.parametrize("url", engines.params()[1:], indirect=True)
"""SQLite has one writer at a time."""


@only_postgres
async def test_an_update_that_waited_for_an_erasure_is_of_a_new_person(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada, _ = await opened(db)

    async def next_update() -> tuple[Supporter, Dialog]:
        async with database.transaction() as db:
            return await opened(db)

    async with waiting_behind(database) as db:
        waits = asyncio.create_task(next_update())
        await until_somebody_waits(database)
        await personal_data.erase(db, ada.id, ADA, now=NOW)
    new, dialog = await waits
    assert new.id != ada.id
    assert dialog.supporter_id == new.id
    async with database.reading() as db:
        nobody = await supporters.by_id(db, ada.id)
        assert nobody is not None
        assert (nobody.first_name, nobody.telegram_id) == ("", -ada.id), "no name comes back"


@only_postgres
async def test_an_update_that_waited_for_another_sees_what_it_has_changed(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada, _ = await opened(db)

    async def next_update() -> Supporter:
        async with database.transaction() as db:
            return (await opened(db))[0]

    async with waiting_behind(database) as db:
        waits = asyncio.create_task(next_update())
        await until_somebody_waits(database)
        await supporters.choose_language(db, ada.id, "cy")
    assert (await waits).language == "cy"


@only_postgres
async def test_an_erasure_that_waited_for_another_finds_nobody_to_erase(
    database: Database,
) -> None:
    async with database.transaction() as db:
        ada, _ = await opened(db)

    async def erased_again() -> Supporter | None:
        async with database.transaction() as db:
            return next(iter(await locks.people(db, [ada.id])), None)

    async with waiting_behind(database) as db:
        waits = asyncio.create_task(erased_again())
        await until_somebody_waits(database)
        await personal_data.erase(db, ada.id, ADA, now=NOW)
    assert await waits is None
