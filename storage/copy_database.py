"""Copy a database into another of either engine, page by page, resumable, and compare them.

CopyingError
├── NotACopy   the target holds something that the source does not
└── Differs    after copying, a table is not the same in both
"""

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.types import JSON, TypeEngine

from storage.database import Connection, Database
from storage.encryption.columns import Encrypted, EncryptedJson, keyring_of
from storage.encryption.keyring import Keyring
from storage.errors import StorageError
from storage.tables import audit_head, metadata, sealing
from storage.types import String, to_json

PAGE = 5_000
PRESENT_FROM_THE_START = frozenset({audit_head})
"""Tables of one row, which an empty database has, too: the row is replaced, not added to."""

COPIED = tuple(table for table in metadata.sorted_tables if table is not sealing)
"""All but how the database itself is sealed: what is read is unsealed, and sealed again there."""

Row = tuple[Any, ...]
Key = tuple[Any, ...]
Tell = Callable[[str, int, int], None]
"""Is told a table's name, how many of its rows have been copied, and how many there are."""


class CopyingError(StorageError):
    """The copy cannot be made, or is none."""


class NotACopy(CopyingError):
    """The target holds other data than the beginning of a copy; it is left as it is."""


class Differs(CopyingError):
    """A table is not the same in both: most likely the source has been changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One table that is the same in both.

    Attributes:
        sha256: of its rows in the order of their keys, hexadecimal.
    """

    table: str
    rows: int
    sha256: str


async def copy(source: Database, target: Database, *, tell: Tell) -> list[Copied]:
    """Copy everything, beginning where an earlier try was broken off, and compare.

    The source is read as it is at the beginning: nobody should be writing to it.

    Raises:
        NotACopy: before anything has been changed.
        Differs: what has been copied stays, for a look.
        DatabaseUnavailable: call it again to go on.
    """
    async with source.reading() as db:
        for table in COPIED:
            await _check_beginning(db, target, table)
        for table in COPIED:
            await _copy_table(db, target, table, tell)
        return [await _compared(db, target, table) for table in COPIED]


async def _check_beginning(source: Connection, target: Database, table: Table) -> None:
    if table in PRESENT_FROM_THE_START:
        return
    async with target.reading() as db:
        last = await _last_key(db, table)
        there = await _count(db, table, last)
    if last is not None and there != await _count(source, table, last):
        raise NotACopy(table.name)


async def _copy_table(source: Connection, target: Database, table: Table, tell: Tell) -> None:
    whole = await _count(source, table, None)
    if table in PRESENT_FROM_THE_START:
        async with target.transaction() as db:
            await db.execute(delete(table))
    async with target.reading() as db:
        last = await _last_key(db, table)
        done = await _count(db, table, last) if last else 0
    async for page in _pages(source, table, last):
        async with target.transaction() as db:
            await _insert(db, table, page)
        done += len(page)
        tell(table.name, done, whole)
    given = await _last_number(source, table)
    async with target.transaction() as db:
        await _go_on_numbering(db, table, given)


async def _compared(source: Connection, target: Database, table: Table) -> Copied:
    mine = await _digest(source, table)
    async with target.reading() as db:
        theirs = await _digest(db, table)
    if mine != theirs:
        raise Differs(table.name)
    return Copied(table.name, *mine)


async def _digest(db: Connection, table: Table) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    async for page in _pages(db, table, None):
        rows += len(page)
        for row in page:
            digest.update(json.dumps(row, sort_keys=True, default=_written).encode())
    return rows, digest.hexdigest()


def _written(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


async def _pages(db: Connection, table: Table, after: Key | None) -> AsyncIterator[list[Row]]:
    """All rows by their keys, those after one first."""
    keys = _ordered(db, table)
    places = [list(table.c).index(column) for column in table.primary_key]
    while True:
        wanted = select(table).order_by(*keys).limit(PAGE)
        if after is not None:
            wanted = wanted.where(_beyond(keys, table, after))
        page: list[Row] = [tuple(row) for row in await db.execute(wanted)]
        if page:
            yield page
            after = tuple(page[-1][place] for place in places)
        if len(page) < PAGE:
            return


def _ordered(db: Connection, table: Table) -> list[ColumnElement[Any]]:
    """The key's columns, in an order that is the same on both engines: bytes, not letters."""
    by_bytes = "C" if db.dialect.name == "postgresql" else "BINARY"
    return [
        column.collate(by_bytes) if isinstance(column.type, String) else column
        for column in table.primary_key
    ]


def _beyond(keys: Sequence[ColumnElement[Any]], table: Table, after: Key) -> ColumnElement[bool]:
    """Behind this key; spelt out, because the engines type row values differently."""
    columns = list(table.primary_key)
    values = [literal(value, column.type) for column, value in zip(columns, after, strict=True)]
    return or_(
        *(
            and_(*(columns[n] == values[n] for n in range(place)), keys[place] > values[place])
            for place in range(len(columns))
        )
    )


async def _last_key(db: Connection, table: Table) -> Key | None:
    backwards = [key.desc() for key in _ordered(db, table)]
    found = await db.execute(select(*table.primary_key).order_by(*backwards).limit(1))
    row = found.one_or_none()
    return tuple(row) if row else None


async def _count(db: Connection, table: Table, up_to: Key | None) -> int:
    counted = select(func.count()).select_from(table)
    if up_to is not None:
        counted = counted.where(~_beyond(_ordered(db, table), table, up_to))
    return await db.scalar(counted) or 0


async def _insert(db: Connection, table: Table, page: list[Row]) -> None:
    names = [column.name for column in table.c]
    if db.dialect.name != "postgresql":
        await db.execute(insert(table), [dict(zip(names, row, strict=True)) for row in page])
        return
    keyring = keyring_of(db.dialect)
    records = [
        [
            _for_the_driver(column.type, value, keyring)
            for column, value in zip(table.c, row, strict=True)
        ]
        for row in page
    ]
    await db.execute(text("SELECT 1"))  # begins the transaction, of which the driver knows nothing
    connection: Any = (await db.get_raw_connection()).driver_connection
    await connection.copy_records_to_table(table.name, columns=names, records=records)


def _for_the_driver(kind: TypeEngine[Any], value: Any, keyring: Keyring | None) -> Any:
    """As it is kept: COPY goes past SQLAlchemy's types."""
    if isinstance(kind, Encrypted | EncryptedJson):
        value = kind.encrypt(value, keyring)
    is_json = isinstance(kind, JSON | EncryptedJson)
    return to_json(value) if is_json and value is not None else value


async def _last_number(db: Connection, table: Table) -> int:
    """The highest number that a row has been given, which may be gone; 0 where the engine does not
    know, because it gives numbers again."""
    column = table.autoincrement_column
    if column is None:
        return 0
    if db.dialect.name == "postgresql":
        sequence = "pg_get_serial_sequence(:table, :column)"
        last = text(f"SELECT pg_sequence_last_value({sequence}::regclass)")
        return await db.scalar(last, {"table": table.name, "column": column.name}) or 0
    if not table.dialect_options["sqlite"]["autoincrement"]:
        return 0
    last = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    return await db.scalar(last, {"table": table.name}) or 0


async def _go_on_numbering(db: Connection, table: Table, last: int) -> None:
    """New rows get numbers after those that have been copied, and after the last that was given."""
    column = table.autoincrement_column
    if column is None:
        return
    last = max(last, await db.scalar(select(func.max(column))) or 0)
    named = {"table": table.name, "column": column.name, "last": last}
    if db.dialect.name == "postgresql":
        sequence = "pg_get_serial_sequence(:table, :column)"
        if last:
            await db.execute(text(f"SELECT setval({sequence}, :last)"), named)
    elif table.dialect_options["sqlite"]["autoincrement"]:
        await db.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), named)
        await db.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), named)
