"""Whom to ask for their agreement to an update, or to tell that it waits for one.

A row is claimed before its message is sent and done afterwards. One that stays claimed belonged to
a process that died; it is claimed again (at-least-once).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update

from storage.database import Connection
from storage.tables import agreement_requests as table
from storage.tables import supporters

_OPEN = table.c.done_at.is_(None)


@dataclass(frozen=True, slots=True)
class AgreementRequest:
    """One message to one person of the staff about an update that waits."""

    id: int
    broadcast_id: int
    telegram_id: int
    supporter_id: int
    first_name: str
    language: str | None
    telegram_language: str | None


async def add(
    db: Connection, broadcast_id: int, telegram_ids: Collection[int], now: datetime
) -> None:
    """Have each of these people told; what they were to be told before of it is out of date."""
    await db.execute(
        update(table).where(table.c.broadcast_id == broadcast_id, _OPEN).values(done_at=now)
    )
    if telegram_ids:
        given = {"broadcast_id": broadcast_id, "created_at": now}
        await db.execute(insert(table), [{**given, "telegram_id": one} for one in telegram_ids])


async def claim(
    db: Connection, *, now: datetime, lost_before: datetime, limit: int
) -> list[AgreementRequest]:
    """Claim what is to be sent; nobody else will send it.

    Args:
        lost_before: UTC; what was claimed before that and is not done has been lost.
    """
    rows = await db.execute(
        select(
            table.c.id,
            table.c.broadcast_id,
            table.c.telegram_id,
            supporters.c.id,
            supporters.c.first_name,
            supporters.c.language,
            supporters.c.telegram_language,
        )
        .join(supporters, supporters.c.telegram_id == table.c.telegram_id)
        .where(_OPEN, or_(table.c.claimed_at.is_(None), table.c.claimed_at < lost_before))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True)
    )
    found = [AgreementRequest(*row) for row in rows]
    if found:
        await db.execute(
            update(table).where(table.c.id.in_([one.id for one in found])).values(claimed_at=now)
        )
    return found


async def done(db: Connection, request_id: int, now: datetime) -> None:
    """It has been sent, or never can be."""
    await db.execute(update(table).where(table.c.id == request_id).values(done_at=now))


async def give_back(db: Connection, request_id: int) -> None:
    """It is known not to have been sent: it is still to be sent."""
    await db.execute(update(table).where(table.c.id == request_id, _OPEN).values(claimed_at=None))
