"""The queue of signatures that look like another: two live ones, and nobody has decided yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update

from storage.database import Connection
from storage.tables import signature_flags as table
from storage.tables import signatures


@dataclass(frozen=True, slots=True)
class Pair:
    """Two signatures that may be one person's; the newer is the one that was flagged.

    Attributes:
        reason: "same_email", "same_name_and_postcode" or "same_phone".
        signed_at, other_signed_at: UTC.
    """

    flag_id: int
    campaign_id: int
    reason: str
    signature_id: int
    supporter_id: int
    status: str
    number: int
    full_name: str | None
    postcode: str | None
    signed_at: datetime
    other_number: int
    other_name: str | None
    other_postcode: str | None
    other_signed_at: datetime


_NEW, _OLD = signatures.alias("newer"), signatures.alias("older")


async def open_ones(db: Connection, campaign_id: int, limit: int) -> list[Pair]:
    """The pairs of a campaign to decide about, oldest first."""
    rows = await db.execute(_pairs().where(_NEW.c.campaign_id == campaign_id).limit(limit))
    return [Pair(*row) for row in rows]


async def of(db: Connection, flag_id: int) -> Pair | None:
    """One pair, if it is still to decide about."""
    row = (await db.execute(_pairs().where(table.c.id == flag_id))).one_or_none()
    return Pair(*row) if row else None


async def count(db: Connection, campaign_id: int) -> int:
    """How many pairs there are to decide about."""
    found = _pairs().where(_NEW.c.campaign_id == campaign_id).subquery()
    return await db.scalar(select(func.count()).select_from(found)) or 0


async def decide(db: Connection, flag_id: int, decision: str, by: int, now: datetime) -> bool:
    """Keep what has been decided, "keep" or "drop"; False if somebody has decided before.

    Args:
        by: a Telegram id.
        now: UTC.
    """
    done = await db.execute(
        update(table)
        .where(table.c.id == flag_id, table.c.decided_at.is_(None))
        .values(decision=decision, decided_by=by, decided_at=now)
    )
    return bool(done.rowcount)


def _pairs() -> Select[*tuple[Any, ...]]:
    return (
        select(
            table.c.id,
            _NEW.c.campaign_id,
            table.c.reason,
            *(_NEW.c[name] for name in ("id", "supporter_id", "status")),
            *(_NEW.c[name] for name in ("number", "full_name", "postcode", "signed_at")),
            *(_OLD.c[name] for name in ("number", "full_name", "postcode", "signed_at")),
        )
        .join(_NEW, _NEW.c.id == table.c.signature_id)
        .join(_OLD, _OLD.c.id == table.c.other_signature_id)
        .where(
            table.c.decided_at.is_(None),
            or_(
                _NEW.c.status == "live",
                # One that stands under another's phone number waits for staff.
                and_(_NEW.c.status == "pending", table.c.reason == "same_phone"),
            ),
            _OLD.c.status == "live",
        )
        .order_by(table.c.id)
    )
