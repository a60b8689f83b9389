"""Promises about moving to another database: all of it, in either direction, and proven."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    delete,
    insert,
    select,
    update,
)

from storage import campaigns, copy_database, staff
from storage.copy_database import Differs, NotACopy
from storage.database import Connection, Database
from storage.tables import (
    addresses,
    campaign_totals,
    inbox_messages,
    signatures,
    supporters,
)
from storage.types import String, UtcDateTime
from tests import engines, migrated
from tests.amount import cases
from tests.storage.world import NOW, campaign, sign

PEOPLE = cases(short=30, full=60)


@pytest.fixture
async def target(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> AsyncIterator[Database]:
    """Where to: the other engine, if nothing else is said and there is one."""
    others = {"sqlite": "postgresql", "postgresql": "sqlite"}
    other = others[database.kind] if await engines.postgres_answers() else "sqlite"
    engine = getattr(request, "param", other)
    await engines.require(engine)
    folder = tmp_path / "target"
    folder.mkdir()
    async with migrated.migrated_url(engine, folder) as url:
        opened = await Database.open(url)
        yield opened
        await opened.close()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_database, "PAGE", 7)


async def fill(database: Database) -> int:
    """A campaign, people who have signed it, and a row in every other table."""
    async with database.transaction() as db:
        made = await campaign(db)
        for number in range(1, PEOPLE + 1):
            await sign(db, made.id, number, name=f"Ada “Ł” {number}", email=f"{number}@example.org")
        await staff.upsert(db, 7, "owner", NOW)
        for table in copy_database.COPIED:
            if not (await db.execute(select(table).limit(1))).all():
                await db.execute(insert(table), await _some_row(db, table))
    return made.id


ALLOWED = {
    ("reminders", "outcome"): None,
    ("comments", "chosen"): False,
    ("handins", "state"): "held",
}
"""What other columns of such a row allow."""


async def _some_row(db: Connection, table: Table) -> dict[str, Any]:
    """Something in every column; what refers to another table refers to a row of it."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column is table.autoincrement_column:
            continue
        if (table.name, column.name) in ALLOWED:
            row[column.name] = ALLOWED[table.name, column.name]
            continue
        if column.foreign_keys:
            there = next(iter(column.foreign_keys)).column
            row[column.name] = await db.scalar(select(there).limit(1))
            continue
        row[column.name] = _some_value(table, column.name, column.type)
    return row


def _some_value(table: Table, name: str, kind: Any) -> Any:
    checks = [
        str(check.sqltext)
        for check in table.constraints
        if hasattr(check, "sqltext") and f"{name} IN" in str(check.sqltext)
    ]
    if checks:
        return checks[0].split("'")[1]
    match kind:
        case String():
            return f"{name} “ŵ” {{}}"
        case Boolean():
            return True
        case UtcDateTime():
            return datetime(2009, 11, 26, 9, 30, 15, 123456, tzinfo=UTC)
        case Date():
            return date(2009, 11, 26)
        case Integer():
            return 3
        case Float():
            return 2.5
        case LargeBinary():
            return b"\x00\xff"
    return {"b": [1, None, "ŵ"], "a": {"x": 1.5}}


def silent(*_: object) -> None:
    pass


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("target", engines.params(), indirect=True)
async def test_every_table_arrives_whole_and_the_program_goes_on_there(
    database: Database, target: Database
) -> None:
    campaign_id = await fill(database)
    told: list[tuple[str, int, int]] = []
    copied = await copy_database.copy(database, target, tell=lambda *what: told.append(what))
    assert [one.table for one in copied] == [table.name for table in copy_database.COPIED]
    assert all(one.rows for one in copied)
    assert ("signatures", 7, PEOPLE) in told
    assert ("signatures", PEOPLE, PEOPLE) in told
    async with target.transaction() as db:
        kept = await campaigns.totals(db, campaign_id)
        assert kept.live == PEOPLE == (await campaigns.recount(db, campaign_id)).live
        again = await sign(db, campaign_id, PEOPLE + 1)
        assert again is not None
        assert again.number == PEOPLE + 1


@pytest.mark.parametrize("target", engines.params(), indirect=True)
async def test_a_number_that_is_given_once_is_given_once_in_the_copy_too(
    database: Database, target: Database
) -> None:
    """Old emails name an address by it, and answers their message."""
    await fill(database)
    given = {}
    async with database.transaction() as db:
        for table in (addresses, inbox_messages):
            given[table] = await _add_one(db, table)
            await db.execute(delete(table).where(table.c.id == given[table]))
    await copy_database.copy(database, target, tell=silent)
    async with target.transaction() as db:
        for table, number in given.items():
            assert await _add_one(db, table) > number


async def _add_one(db: Connection, table: Table) -> int:
    row = await _some_row(db, table)
    if "value" in row:
        row["value"] = "another"
    return int(await db.scalar(insert(table).values(row).returning(table.c.id)) or 0)


@pytest.mark.usefixtures("small_pages")
async def test_a_copy_that_was_broken_off_goes_on_where_it_was(
    database: Database, target: Database
) -> None:
    await fill(database)
    pages, breaks_each = 0, cases(short=20, full=9)

    def breaks_off(*_: object) -> None:
        nonlocal pages
        pages += 1
        if pages % breaks_each == 0:
            raise asyncio.CancelledError

    copied = None
    for _ in range(30):
        try:
            copied = await copy_database.copy(database, target, tell=breaks_off)
            break
        except asyncio.CancelledError:
            continue
    assert copied is not None
    assert pages > breaks_each, "it was broken off"
    rows = sum(one.rows for one in copied)
    assert pages <= rows / 7 + 2 * len(copy_database.COPIED), "and nothing was copied twice"


async def test_a_database_that_holds_other_data_is_left_alone(
    database: Database, target: Database
) -> None:
    await fill(database)
    async with target.transaction() as db:
        other = await campaign(db, "another")
        await sign(db, other.id, 1)
        await sign(db, other.id, 900)
    with pytest.raises((NotACopy, Differs)):
        await copy_database.copy(database, target, tell=silent)
    async with target.reading() as db:
        assert [one.slug for one in await campaigns.all(db)] == ["another"]


async def test_a_single_changed_letter_is_found(database: Database, target: Database) -> None:
    await fill(database)
    await copy_database.copy(database, target, tell=silent)
    async with target.transaction() as db:
        row = update(signatures).where(signatures.c.number == 30)
        await db.execute(row.values(full_name="Ada “L” 30"))
    with pytest.raises(Differs, match="signatures"):
        await copy_database.copy(database, target, tell=silent)


async def test_what_has_come_since_is_copied_by_copying_again(
    database: Database, target: Database
) -> None:
    campaign_id = await fill(database)
    await copy_database.copy(database, target, tell=silent)
    async with database.transaction() as db:
        await db.execute(
            insert(supporters),
            {"telegram_id": 5000, "first_name": "Eve", "reachable": True, "created_at": NOW},
        )
    copied = await copy_database.copy(database, target, tell=silent)
    assert next(one.rows for one in copied if one.table == "supporters") == PEOPLE + 1
    async with database.transaction() as db:
        await db.execute(update(campaign_totals).values(offline=campaign_totals.c.offline + 1))
    with pytest.raises(Differs, match="campaign_totals"):
        await copy_database.copy(database, target, tell=silent)
    assert campaign_id
