"""Signatures on paper, entry by entry; an entry is taken back by another, never removed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update

from storage import locks
from storage.campaigns import Totals
from storage.database import Connection
from storage.tables import campaign_totals, offline_signatures


@dataclass(frozen=True, slots=True)
class Entry:
    """Signatures that were added at once.

    Attributes:
        count: negative where it corrects another.
        note: where they are from.
        recorded_by: a supporter's id; None from the command line.
        recorded_at: UTC.
        collected_on: when people signed, if that was said.
        photo: Telegram's id of a picture of the sheet.
        undoes_id: the entry that this one takes back.
        undone: whether another takes this one back.
    """

    id: int
    campaign_id: int
    count: int
    note: str
    recorded_by: int | None
    recorded_at: datetime
    collected_on: date | None
    photo: str | None
    undoes_id: int | None
    undone: bool


class UndoneAlready(Exception):
    """The entry has been taken back before."""


_UNDOING = offline_signatures.alias("undoing")
_COLUMNS = [offline_signatures.c[name] for name in Entry.__slots__ if name != "undone"]
_ENTRIES = select(*_COLUMNS, _UNDOING.c.id.is_not(None).label("undone")).outerjoin(
    _UNDOING, _UNDOING.c.undoes_id == offline_signatures.c.id
)


async def add(
    db: Connection,
    *,
    campaign_id: int,
    count: int,
    note: str,
    recorded_by: int | None,
    now: datetime,
    collected_on: date | None = None,
    photo: str | None = None,
    undoes_id: int | None = None,
) -> Totals:
    """Record an entry and count it.

    Args:
        count: negative to correct an earlier entry.
        recorded_by: a supporter's id; None from the command line.
        now: UTC.
        undoes_id: the entry that this one takes back, which nothing else may do again.

    Raises:
        ValueError: the paper total would fall below zero; nothing is recorded.
        UndoneAlready: nothing is recorded.
    """
    kept = (await locks.totals(db, campaign_id)).totals
    # Under the lock, another who undoes the same entry sees what came of it.
    if undoes_id is not None and await _is_undone(db, undoes_id):
        raise UndoneAlready
    if kept.offline + count < 0:
        raise ValueError("the paper total would fall below zero")
    await db.execute(
        insert(offline_signatures).values(
            campaign_id=campaign_id,
            count=count,
            note=note,
            recorded_by=recorded_by,
            recorded_at=now,
            collected_on=collected_on,
            photo=photo,
            undoes_id=undoes_id,
        )
    )
    await db.execute(
        update(campaign_totals)
        .where(campaign_totals.c.campaign_id == campaign_id)
        .values(offline=campaign_totals.c.offline + count, changed_at=now)
    )
    return Totals(kept.live, kept.offline + count)


async def _is_undone(db: Connection, entry_id: int) -> bool:
    undoing = select(offline_signatures.c.id).where(offline_signatures.c.undoes_id == entry_id)
    return await db.scalar(undoing) is not None


async def of(db: Connection, entry_id: int) -> Entry | None:
    """The entry of this number."""
    row = (await db.execute(_ENTRIES.where(offline_signatures.c.id == entry_id))).one_or_none()
    return Entry(*tuple(row)) if row else None


async def newest(db: Connection, campaign_id: int, limit: int) -> list[Entry]:
    """The newest entries, newest first; those that only take back are left out."""
    rows = await db.execute(
        _ENTRIES.where(
            offline_signatures.c.campaign_id == campaign_id,
            offline_signatures.c.undoes_id.is_(None),
        )
        .order_by(offline_signatures.c.id.desc())
        .limit(limit)
    )
    return [Entry(*tuple(row)) for row in rows]


async def last_id(db: Connection, campaign_id: int) -> int:
    """The number of the entry that was made last."""
    return (
        await db.scalar(
            select(func.max(offline_signatures.c.id)).where(
                offline_signatures.c.campaign_id == campaign_id
            )
        )
        or 0
    )


async def by_source(db: Connection, campaign_id: int) -> list[tuple[str, int]]:
    """How many are from where, in the order of the first entry; what was taken back counts not."""
    rows = await db.execute(
        select(offline_signatures.c.note, func.sum(offline_signatures.c.count))
        .where(offline_signatures.c.campaign_id == campaign_id)
        .group_by(offline_signatures.c.note)
        .having(func.sum(offline_signatures.c.count) != 0)
        .order_by(func.min(offline_signatures.c.id))
    )
    return [(note, int(count)) for note, count in rows]
