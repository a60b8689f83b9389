"""What staff and the command line did, in order and chained; rows are only added.

One row, `audit_head`, says how long the log is and which hash is its last: it is the lock under
which rows are added one after the other, and what a log with its newest rows cut off differs from.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage.audit_chain import GENESIS, Entry, link
from storage.database import Connection
from storage.tables import audit_head, audit_log

PAGE = 1000

_COLUMNS = tuple(audit_log.c[name] for name in Entry.__slots__)
_HEAD = select(audit_head.c.rows, audit_head.c.last_id, audit_head.c.hash)


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows there are, the number of the newest (0: none), and its hash."""

    rows: int
    last_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row at which the log is not what was written; `why` is "changed" (the row itself),
    "cut_in" (rows before it are missing, added or in another order) or "cut_off" (newest rows)."""

    id: int
    why: str


async def append(
    db: Connection,
    *,
    at: datetime,
    actor: int | None,
    action: str,
    subject: str,
    details: dict[str, Any],
) -> None:
    """Write an act into the log. No personal data belongs into the details.

    Others who write wait until this transaction has ended, so it comes last in it.
    """
    before = Head(*(await db.execute(_HEAD.with_for_update())).one())
    entry = Entry(before.last_id + 1, at, actor, action, subject, details)
    made = link(before.hash, entry)
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    await db.execute(insert(audit_log).values(**values, previous_hash=before.hash, hash=made))
    await db.execute(update(audit_head).values(rows=before.rows + 1, last_id=entry.id, hash=made))


async def head(db: Connection) -> Head:
    """Where the log ends. Noted elsewhere, its hash shows later that nothing before has changed."""
    row = (await db.execute(_HEAD)).one_or_none()
    return Head(*row) if row else Head(0, 0, "")


async def latest(db: Connection, n: int) -> list[Entry]:
    """The newest n entries, newest first."""
    return await page(db, n)


async def of(db: Connection, subject: str, n: int, *, actions: Sequence[str]) -> list[Entry]:
    """The newest n entries about a subject with one of these actions, newest first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(audit_log.c.subject == subject, audit_log.c.action.in_(actions))
        .order_by(audit_log.c.id.desc())
        .limit(n)
    )
    return [Entry(*row) for row in rows]


async def page(
    db: Connection, n: int, *, before: int | None = None, but: Sequence[str] = ()
) -> list[Entry]:
    """The newest n entries with a number below `before` (None: of all), newest first.

    Args:
        but: leave out these actions.
    """
    wanted = select(*_COLUMNS).order_by(audit_log.c.id.desc()).limit(n)
    if before is not None:
        wanted = wanted.where(audit_log.c.id < before)
    if but:
        wanted = wanted.where(audit_log.c.action.not_in(but))
    return [Entry(*row) for row in await db.execute(wanted)]


async def untold(db: Connection, actions: Sequence[str]) -> list[Entry]:
    """What the command line did of these actions since `told` was last called, oldest first."""
    before = select(audit_head.c.told_id).scalar_subquery()
    rows = await db.execute(
        select(*_COLUMNS)
        .where(audit_log.c.id > before, audit_log.c.actor.is_(None))
        .where(audit_log.c.action.in_(actions))
        .order_by(audit_log.c.id)
        .limit(PAGE)
    )
    return [Entry(*row) for row in rows]


async def told(db: Connection, up_to: int) -> None:
    """Owners have been told of all up to the row of this number."""
    await db.execute(update(audit_head).where(audit_head.c.told_id < up_to).values(told_id=up_to))


async def broken(db: Connection) -> Broken | None:
    """Walk the whole log; None if every row is as it was written, where it was written."""
    last_id, rows, running = 0, 0, GENESIS
    async for entry, previous_hash, kept in _walk(db):
        if previous_hash != running:
            return Broken(entry.id, "cut_in")
        if link(previous_hash, entry) != kept:
            return Broken(entry.id, "changed")
        last_id, rows, running = entry.id, rows + 1, kept
    if await head(db) != Head(rows, last_id, running):
        return Broken(last_id, "cut_off")
    return None


async def has_hash(db: Connection, wanted: str) -> bool:
    """Whether a row of this hash is there: a head noted earlier that is gone means a forged log."""
    found = select(audit_log.c.id).where(audit_log.c.hash == wanted)
    return wanted == GENESIS or (await db.execute(found)).first() is not None


async def _walk(db: Connection) -> AsyncIterator[tuple[Entry, str, str]]:
    """Every row in order with the hash before it and its own."""
    after: int | None = None
    while True:
        wanted = select(*_COLUMNS, audit_log.c.previous_hash, audit_log.c.hash)
        if after is not None:
            wanted = wanted.where(audit_log.c.id > after)
        rows = (await db.execute(wanted.order_by(audit_log.c.id).limit(PAGE))).all()
        for *columns, previous_hash, kept in rows:
            entry = Entry(*columns)
            after = entry.id
            yield entry, previous_hash, kept
        if len(rows) < PAGE:
            return
