"""Email addresses that somebody has typed, until a code says that they are theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select

from storage import codes
from storage.database import Connection
from storage.tables import pending_addresses as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class PendingAddress:
    """An address, of which each person has one at most. See storage.pending_signatures.Pending.

    Attributes:
        email: in small letters.
        campaign_id: that the person spoke of when they typed it; None if there was none.
        asked_in: the channel in which they did.
        since, code_until, not_before: UTC.
    """

    supporter_id: int
    email: str
    campaign_id: int | None
    asked_in: str
    since: datetime
    wants_code: bool
    not_before: datetime | None
    failures: int
    code_hash: str | None
    code_until: datetime | None
    tries: int


KEY = table.c.supporter_id
"""For storage.codes."""

_COLUMNS = tuple(table.c[name] for name in PendingAddress.__slots__)


async def ask(
    db: Connection,
    supporter_id: int,
    email: str,
    *,
    campaign_id: int | None,
    asked_in: str,
    now: datetime,
) -> None:
    """Let a code be sent to this address, in place of any other that the person has typed. Codes
    sent before are good no more."""
    values = {
        "email": email,
        "campaign_id": campaign_id,
        "asked_in": asked_in,
        "since": now,
        "wants_code": True,
        "not_before": None,
        "failures": 0,
        "code_hash": None,
        "code_until": None,
        "tries": 0,
    }
    await db.execute(insert_if_absent(db, table), {"supporter_id": supporter_id, **values})
    await change(db, supporter_id, **values)


async def of(db: Connection, supporter_id: int) -> PendingAddress | None:
    """The address that the person has yet to prove."""
    found = await db.execute(select(*_COLUMNS).where(table.c.supporter_id == supporter_id))
    row = found.one_or_none()
    return PendingAddress(*row) if row else None


def waits(supporter_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether this person has an address to prove."""
    return exists().where(table.c.supporter_id == supporter_id)


async def change(db: Connection, supporter_id: int, **values: Any) -> None:
    """Keep something else about it."""
    await codes.change(db, KEY, supporter_id, **values)


async def end(db: Connection, supporter_id: int) -> None:
    """It waits no more."""
    await db.execute(delete(table).where(table.c.supporter_id == supporter_id))


async def due(
    db: Connection, now: datetime, limit: int, *, longest_pause: timedelta
) -> list[PendingAddress]:
    """Those to which a code is to be sent now, longest waiting first; see storage.codes.is_due."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(codes.is_due(table, now, longest_pause))
        .order_by(table.c.since, table.c.supporter_id)
        .limit(limit)
    )
    return [PendingAddress(*row) for row in rows]


async def drop(db: Connection, since_before: datetime) -> int:
    """Forget those that have waited so long (UTC); gives how many."""
    return (await db.execute(delete(table).where(table.c.since <= since_before))).rowcount
