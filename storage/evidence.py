"""The ledger of consents and the wordings, sealed into the chain of the audit log.

Every few minutes, a row of the audit log keeps how many rows a table has got since the row before,
and the SHA-256 of what they say. Changing, removing or adding one afterwards shows (`broken`), and
the row that would have to be changed with it is chained. Signing does nothing for it.

What is covered: everything of a wording; of a consent everything but whose it was, because that is
taken away when a person is erased (a trigger lets it become nobody's, and nothing else). Rows are
not covered before they are sealed, at most EVERY_MINUTES after they were written while the bot
runs; and rows that were there before the first seal are covered as they were then.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, select, text

from storage import audit
from storage.database import Connection, Database
from storage.tables import audit_head, audit_log, consents, wordings

ACTION = "evidence.sealed"
EVERY_MINUTES = 10
MOST_ROWS = 10_000
"""In one seal."""

SEALED = ("consents", "wordings")
_TABLES = {"consents": consents, "wordings": wordings}
_LEFT_OUT = {"consents": ("supporter_id",), "wordings": ()}
_GATE = 7_205_759_403_801  # as in migration 0026
_PATIENCE = "500ms"


@dataclass(frozen=True, slots=True)
class Seal:
    """Rows of a table with numbers above `after`, up to `up_to`.

    Attributes:
        id: of its row in the audit log; 0 for none.
        at: when it was made (UTC).
    """

    id: int
    at: datetime | None
    after: int
    up_to: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Cover:
    """How far a table is sealed.

    Attributes:
        since: when the first seal was made (UTC); None: none has been.
        rows: how many rows are sealed.
        to_come: how many are not yet.
    """

    table: str
    since: datetime | None
    rows: int
    to_come: int


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """Rows that are not what was sealed.

    Attributes:
        id: the seal's row in the audit log; 0 where no seal can cover them.
        first, last: between which numbers.
    """

    table: str
    id: int
    first: int
    last: int


async def seal(database: Database, table: str, *, now: datetime) -> bool:
    """Seal what has been added to a table, MOST_ROWS at the most.

    Args:
        table: one of SEALED.
        now: UTC.

    Returns:
        Whether there is more to seal.

    Raises:
        DatabaseUnavailable: nothing has been sealed; also if a long transaction is in the way.
    """
    settled = await _settled(database, table)
    async with database.transaction() as db:
        await db.execute(select(audit_head.c.id).with_for_update())  # one seal after the other
        last = await _last(db, table)
        digest, rows, up_to = await _digest(db, table, last.up_to, settled, MOST_ROWS)
        if not rows:
            return False
        made = {"after": last.up_to, "up_to": up_to, "rows": rows, "sha256": digest}
        await audit.append(
            db, at=now, actor=None, action=ACTION, subject=f"table:{table}", details=made
        )
    return up_to < settled


async def broken(db: Connection, table: str) -> BrokenSeal | None:
    """Read a whole table again; None if every sealed row is as it was sealed. Tells nothing if the
    audit log itself is broken."""
    key = _TABLES[table].c.id
    lowest = await db.scalar(select(func.min(key)))
    if lowest is not None and lowest < 1:  # no seal covers it, and the program never writes it
        return BrokenSeal(table, 0, lowest, 0)
    after = 0
    for one in await _seals(db, table):
        if one.after != after:
            return BrokenSeal(table, one.id, after + 1, one.after)
        digest, rows, _ = await _digest(db, table, one.after, one.up_to, None)
        if (digest, rows) != (one.sha256, one.rows):
            return BrokenSeal(table, one.id, one.after + 1, one.up_to)
        after = one.up_to
    return None


async def cover(db: Connection, table: str) -> Cover:
    """How far a table is sealed."""
    seals, key = await _seals(db, table), _TABLES[table].c.id
    last = seals[-1].up_to if seals else 0
    to_come = await db.scalar(select(func.count()).where(key > last)) or 0
    since = seals[0].at if seals else None
    return Cover(table, since, sum(one.rows for one in seals), to_come)


async def _settled(database: Database, table: str) -> int:
    """The number up to which no row is still to come: none of a transaction that is under way."""
    async with database.transaction() as db:
        if db.dialect.name == "postgresql":
            await db.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
            await db.execute(text(f"SELECT pg_advisory_xact_lock({_GATE})"))
        return await db.scalar(select(func.max(_TABLES[table].c.id))) or 0


async def _last(db: Connection, table: str) -> Seal:
    rows = await db.execute(_of(table).order_by(audit_log.c.id.desc()).limit(1))
    row = rows.one_or_none()
    return _seal(row) if row else Seal(0, None, 0, 0, 0, "")


async def _seals(db: Connection, table: str) -> list[Seal]:
    return [_seal(row) for row in await db.execute(_of(table).order_by(audit_log.c.id))]


def _of(table: str) -> Any:
    return select(audit_log.c.id, audit_log.c.at, audit_log.c.details).where(
        audit_log.c.action == ACTION, audit_log.c.subject == f"table:{table}"
    )


def _seal(row: Any) -> Seal:
    return Seal(row.id, row.at, **row.details)


async def _digest(
    db: Connection, table: str, after: int, up_to: int, most: int | None
) -> tuple[str, int, int]:
    """SHA-256 of the rows' canonical JSON, a line each; how many there are, and the last one's
    number."""
    source = _TABLES[table]
    digest, rows, last = hashlib.sha256(), 0, after
    while most is None or rows < most:
        page = await db.execute(
            select(*_columns(source, table))
            .where(source.c.id > last, source.c.id <= up_to)
            .order_by(source.c.id)
            .limit(audit.PAGE)
        )
        found = page.all()
        for row in found:
            digest.update(_line(row._mapping))
        rows += len(found)
        if found:
            last = found[-1].id
        if len(found) < audit.PAGE:
            break
    return digest.hexdigest(), rows, last


def _columns(source: Table, table: str) -> list[Any]:
    return [column for column in source.c if column.name not in _LEFT_OUT[table]]


def _line(row: Any) -> bytes:
    said = {name: _plain(value) for name, value in row.items()}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
