"""Promises of the audit log: whatever is done to its rows afterwards is found."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import audit, audit_chain
from storage.audit import Broken
from storage.audit_chain import Entry
from storage.database import Database
from storage.migrate import upgrade
from tests import migrated
from tests.amount import cases
from tests.storage.earlier import upgrade_to
from tests.storage.world import NOW

ROWS = 6


async def write(database: Database, place: int) -> None:
    async with database.transaction() as db:
        await audit.append(
            db,
            at=NOW + timedelta(seconds=place),
            actor=place or None,
            action="a.b",
            subject=f"s:{place}",
            details={"count": place, "role": None, "words": ["é", {"z": 1, "a": 1.5}]},
        )


async def test_an_untouched_log_is_whole_and_its_hashes_are_remembered(database: Database) -> None:
    seen = []
    for place in range(ROWS):
        await write(database, place)
        async with database.reading() as db:
            assert await audit.broken(db) is None
            seen.append((await audit.head(db)).hash)
    async with database.reading() as db:
        assert [await audit.has_hash(db, one) for one in seen] == [True] * ROWS
        assert not await audit.has_hash(db, "0" * 64)
        assert await audit.head(db) == audit.Head(ROWS, ROWS, seen[-1])


@pytest.mark.parametrize("page", [1, 2, ROWS, ROWS + 1])
async def test_a_log_of_many_pages_is_read_to_its_end(
    database: Database, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", page)
    for place in range(ROWS):
        await write(database, place)
    async with database.reading() as db:
        assert await audit.broken(db) is None
        walked = [entry.subject async for entry, _, _ in audit._walk(db)]
    assert walked == [f"s:{place}" for place in range(ROWS)]


async def test_fifty_at_once_make_one_chain(database: Database) -> None:
    await asyncio.gather(*(write(database, place) for place in range(50)))
    async with database.reading() as db:
        assert await audit.broken(db) is None
        assert sorted(entry.subject for entry in await audit.latest(db, 99)) == sorted(
            f"s:{place}" for place in range(50)
        )
        assert (await audit.head(db)).rows == 50


async def test_an_act_that_was_undone_leaves_no_gap(database: Database) -> None:
    await write(database, 0)

    async def undone() -> None:
        async with database.transaction() as db:
            await audit.append(db, at=NOW, actor=1, action="a", subject="s", details={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await undone()
    await write(database, 1)
    async with database.reading() as db:
        assert await audit.broken(db) is None
        assert [entry.id for entry in await audit.latest(db, 9)] == [2, 1]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database with ROWS rows in its log, and nothing to guard them."""
    file = tmp_path_factory.mktemp("audit") / "clamour.db"

    async def make() -> None:
        database = await Database.open(await migrated.copied_to(file))
        for place in range(ROWS):
            await write(database, place)
        await database.close()

    asyncio.run(make())
    with closing(sqlite3.connect(file)) as plain, plain:
        for act in ("update", "delete"):
            plain.execute(f"DROP TRIGGER audit_log_no_{act}")
        plain.execute("PRAGMA journal_mode = DELETE")
    return file.read_bytes()


COLUMNS = ("at", "actor", "action", "subject", "details", "previous_hash", "hash")
ROW = st.integers(1, ROWS)
TAMPERING = st.one_of(
    st.tuples(st.just("change"), ROW, st.sampled_from(COLUMNS)),
    st.tuples(st.just("renumber"), ROW, st.integers(ROWS + 1, 99)),
    st.tuples(st.just("delete"), ROW, st.just("")),
    st.tuples(st.just("insert"), ROW, st.integers(-9, 99).filter(lambda n: not 1 <= n <= ROWS)),
    st.tuples(st.just("swap"), ROW, ROW),
)
OTHER = {
    "at": "2001-01-01 00:00:00.000000",
    "actor": 99,
    "details": '{"count":99}',
}


def tamper(plain: sqlite3.Connection, how: str, row: int, what: str | int) -> None:
    match how:
        case "change":
            value = OTHER.get(str(what), "other")
            statement = f"UPDATE audit_log SET {what} = ? WHERE id = ?"  # noqa: S608 - of COLUMNS
            plain.execute(statement, (value, row))
        case "renumber":
            plain.execute("UPDATE audit_log SET id = ? WHERE id = ?", (what, row))
        case "delete":
            plain.execute("DELETE FROM audit_log WHERE id = ?", (row,))
        case "insert":
            plain.execute(
                "INSERT INTO audit_log SELECT ?, at, actor, action, subject, details, hash, 'x' "
                "FROM audit_log WHERE id = ?",
                (what, row),
            )
        case "swap":
            for here, there in ((row, -1), (what, row), (-1, what)):
                plain.execute("UPDATE audit_log SET id = ? WHERE id = ?", (there, here))


@settings(max_examples=cases(short=30, full=150))
@given(acts=st.lists(TAMPERING, min_size=1, max_size=3))
def test_whatever_is_done_to_rows_is_found(
    written: bytes, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, str | int]]
) -> None:
    file = tmp_path_factory.mktemp("tampered") / "clamour.db"
    file.write_bytes(written)
    with closing(sqlite3.connect(file)) as plain:
        before = plain.execute("SELECT * FROM audit_log ORDER BY id").fetchall()
        with plain:
            for act in acts:
                try:
                    tamper(plain, *act)
                except sqlite3.IntegrityError:  # a number that is taken by an earlier act
                    continue
        after = plain.execute("SELECT * FROM audit_log ORDER BY id").fetchall()

    async def look() -> Broken | None:
        database = await Database.open(f"sqlite+aiosqlite:///{file}")
        try:
            async with database.reading() as db:
                return await audit.broken(db)
        finally:
            await database.close()

    found = asyncio.run(look())
    assert (found is None) == (before == after)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM audit_log", "DELETE FROM audit_log WHERE id > 2"]
)
async def test_rows_cut_off_at_the_end_are_found_and_named(
    database: Database, url: str, statement: str
) -> None:
    for place in range(4):
        await write(database, place)
    await behind_the_guards(url, statement)
    async with database.reading() as db:
        assert await audit.broken(db) == Broken(2 if "WHERE" in statement else 0, "cut_off")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_log SET subject = 'other' WHERE id = 2", Broken(2, "changed")),
        ("DELETE FROM audit_log WHERE id = 2", Broken(3, "cut_in")),
    ],
)
async def test_the_first_broken_row_is_named(
    database: Database, url: str, statement: str, found: Broken
) -> None:
    for place in range(4):
        await write(database, place)
    await behind_the_guards(url, statement)
    async with database.reading() as db:
        assert await audit.broken(db) == found


async def behind_the_guards(url: str, statement: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for act in ("update", "delete"):
                await connection.execute(text(f"DROP TRIGGER audit_log_no_{act}"))
        else:
            await connection.execute(text("ALTER TABLE audit_log DISABLE TRIGGER USER"))
        await connection.execute(text(statement))
    await engine.dispose()


async def test_what_was_in_the_log_before_the_chain_is_chained(empty_url: str) -> None:
    await upgrade_to(empty_url, "0007")
    engine = create_async_engine(empty_url)
    row = (
        "INSERT INTO audit_log (id, at, actor, action, subject, details) "
        "VALUES ({}, '2009-11-26 09:30:00.123456{}', {}, 'staff.added', 'staff:7', '{{}}')"
    )
    zone = "" if engine.dialect.name == "sqlite" else "+00"
    async with engine.begin() as connection:
        for number in (3, 4, 9):
            actor = "NULL" if number == 4 else "4503599627370495"
            await connection.execute(text(row.format(number, zone, actor).replace(":", r"\:")))
    await engine.dispose()
    await upgrade(empty_url)
    database = await Database.open(empty_url)
    await write(database, 1)
    async with database.reading() as db:
        assert await audit.broken(db) is None
        assert [entry.id for entry in await audit.latest(db, 9)] == [10, 9, 4, 3]
        assert (await audit.head(db)).rows == 4
        assert await audit.untold(db, ["staff.added"]) == [], "old acts are no news"
    await database.close()


async def test_acts_of_the_command_line_are_untold_until_told(database: Database) -> None:
    for place in (0, 1, 0):
        await write(database, place)
    async with database.transaction() as db:
        assert [one.id for one in await audit.untold(db, ["a.b"])] == [1, 3], "2 has an actor"
        assert await audit.untold(db, ["c"]) == []
        await audit.told(db, 1)
        assert [one.id for one in await audit.untold(db, ["a.b"])] == [3]
        await audit.told(db, 3)
        await audit.told(db, 1)
        assert await audit.untold(db, ["a.b"]) == []
    async with database.reading() as db:
        assert await audit.broken(db) is None


@given(
    details=st.dictionaries(
        st.text(max_size=3),
        st.one_of(st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False)),
        max_size=4,
    )
)
def test_numbers_that_an_engine_writes_another_way_hash_the_same(details: dict[str, float]) -> None:
    whole = {name: int(n) if n == int(n) else n for name, n in details.items()}
    entry = Entry(1, NOW, None, "a", "s", details)
    same = Entry(1, NOW.astimezone(UTC), None, "a", "s", dict(reversed(whole.items())))
    assert audit_chain.link("0", entry) == audit_chain.link("0", same)
