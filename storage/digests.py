"""Weekly digests: one row for a campaign and week, whether anything was sent or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update

from storage.database import Connection
from storage.tables import broadcasts, offline_signatures, signatures
from storage.tables import digests as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Digest:
    """What was known at the end of one week.

    Attributes:
        day: on which it was due, where the campaign is.
        at: when it was made, UTC.
        total: signatures by then, on paper too.
    """

    campaign_id: int
    day: date
    at: datetime
    total: int
    broadcast_id: int | None


_COLUMNS = tuple(table.c[name] for name in Digest.__slots__)


async def is_made(db: Connection, campaign_id: int, day: date) -> bool:
    """Whether the one of that day has been dealt with."""
    found = await db.execute(
        select(table.c.day).where(table.c.campaign_id == campaign_id, table.c.day == day)
    )
    return found.first() is not None


async def latest(db: Connection, campaign_id: int, now: datetime) -> Digest | None:
    """The campaign's newest up to now (UTC)."""
    row = (
        await db.execute(
            select(*_COLUMNS)
            .where(table.c.campaign_id == campaign_id, table.c.at <= now)
            .order_by(table.c.day.desc())
            .limit(1)
        )
    ).one_or_none()
    return Digest(*row) if row else None


async def add(db: Connection, campaign_id: int, day: date, *, total: int, now: datetime) -> bool:
    """Take this week's digest in hand; False if that has been done. `now` is UTC."""
    made = await db.execute(
        insert_if_absent(db, table, table.c.day),
        {"campaign_id": campaign_id, "day": day, "at": now, "total": total, "broadcast_id": None},
    )
    return made.scalar_one_or_none() is not None


async def became(db: Connection, campaign_id: int, day: date, broadcast_id: int) -> None:
    """Keep which broadcast it was sent as."""
    await db.execute(
        update(table)
        .where(table.c.campaign_id == campaign_id, table.c.day == day)
        .values(broadcast_id=broadcast_id)
    )


async def updates_between(
    db: Connection, campaign_id: int, after: datetime, until: datetime
) -> Mapping[str, int]:
    """How many updates of each kind have ended in between (UTC); digests are none."""
    of_ours = select(table.c.broadcast_id).where(
        table.c.campaign_id == campaign_id, table.c.broadcast_id.is_not(None)
    )
    rows = await db.execute(
        select(broadcasts.c.kind, func.count())
        .where(
            broadcasts.c.campaign_id == campaign_id,
            broadcasts.c.status == "done",
            broadcasts.c.act == "send",
            broadcasts.c.ended_at > after,
            broadcasts.c.ended_at <= until,
            broadcasts.c.id.not_in(of_ours),
        )
        .group_by(broadcasts.c.kind)
    )
    return {row[0]: row[1] for row in rows}


async def signed_since(db: Connection, campaign_id: int, since: datetime) -> int:
    """Live signatures, and those on paper, that have come since then (UTC). Walks them all: for a
    campaign's first digest only; afterwards totals are compared."""
    live = select(func.count()).where(
        signatures.c.campaign_id == campaign_id,
        signatures.c.status == "live",
        signatures.c.signed_at > since,
    )
    paper = select(func.coalesce(func.sum(offline_signatures.c.count), 0)).where(
        offline_signatures.c.campaign_id == campaign_id, offline_signatures.c.recorded_at > since
    )
    return int(await db.scalar(live) or 0) + int(await db.scalar(paper) or 0)
