"""Hand-ins: when a petition is given to its target, and the count that was frozen then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage.database import Connection
from storage.tables import handin_dates
from storage.tables import handins as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Handin:
    """One hand-in. Times are UTC.

    Attributes:
        state: planned, held or cancelled.
        closes_signing: whether nobody can sign once it has been.
        total, live, offline: the final count; None until it is frozen.
        thanked_broadcast_id: the update that thanks the signers, or its draft.
    """

    id: int
    campaign_id: int
    event_id: int
    state: str
    at: datetime
    closes_signing: bool
    total: int | None
    live: int | None
    offline: int | None
    frozen_at: datetime | None
    thanked_broadcast_id: int | None


_COLUMNS = tuple(table.c[name] for name in Handin.__slots__)


async def add(
    db: Connection, *, campaign_id: int, event_id: int, at: datetime, closes_signing: bool
) -> Handin | None:
    """Keep a new one; None if one is planned already: the constraint decides."""
    made = await db.execute(
        insert_if_absent(db, table)
        .values(
            campaign_id=campaign_id,
            event_id=event_id,
            state="planned",
            at=at,
            closes_signing=closes_signing,
        )
        .returning(*_COLUMNS)
    )
    row = made.one_or_none()
    return Handin(*row) if row else None


async def of(db: Connection, handin_id: int) -> Handin | None:
    """The hand-in of this number."""
    row = (await db.execute(select(*_COLUMNS).where(table.c.id == handin_id))).one_or_none()
    return Handin(*row) if row else None


async def of_campaign(db: Connection, campaign_id: int) -> Mapping[int, Handin]:
    """A campaign's hand-ins by the number of their event."""
    rows = await db.execute(select(*_COLUMNS).where(table.c.campaign_id == campaign_id))
    return {row.event_id: Handin(*row) for row in rows}


async def planned(db: Connection, campaign_id: int) -> Handin | None:
    """The one that is to come."""
    found = await db.execute(
        select(*_COLUMNS).where(table.c.campaign_id == campaign_id, table.c.state == "planned")
    )
    row = found.one_or_none()
    return Handin(*row) if row else None


async def latest_held(db: Connection, campaign_id: int) -> Handin | None:
    """The newest whose count is frozen."""
    found = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id, table.c.state == "held")
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return Handin(*row) if row else None


async def due(db: Connection, now: datetime) -> list[Handin]:
    """Those whose time has come, locked, oldest first; what another process has locked is its."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.state == "planned", table.c.at <= now)
        .order_by(table.c.id)
        .with_for_update(skip_locked=True)
    )
    return [Handin(*row) for row in rows]


async def change(db: Connection, handin_id: int, **values: Any) -> bool:
    """Change one that is planned; False if it has been, or is cancelled."""
    done = await db.execute(
        update(table).where(table.c.id == handin_id, table.c.state == "planned").values(**values)
    )
    return bool(done.rowcount)


async def thanked_by(db: Connection, handin_id: int, broadcast_id: int) -> None:
    """Keep which update thanks the signers."""
    await db.execute(
        update(table).where(table.c.id == handin_id).values(thanked_broadcast_id=broadcast_id)
    )


async def note_time(
    db: Connection, handin_id: int, at: datetime, now: datetime, by: int | None
) -> None:
    """Add to the history when it is to be (UTC)."""
    await db.execute(insert(handin_dates).values(handin_id=handin_id, at=at, set_at=now, set_by=by))
