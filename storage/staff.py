"""Who works on the campaigns, and with which role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Connection
from storage.inserting import insert_if_absent
from storage.tables import staff


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the staff: "owner", "editor" or "viewer"; of one campaign, or of all (None)."""

    telegram_id: int
    role: str
    campaign_id: int | None
    added_at: datetime


async def put(
    db: Connection,
    telegram_id: int,
    role: str,
    now: datetime,
    campaign_id: int | None = None,
) -> None:
    """Give a person a role, in place of the one they had there. `now` is UTC."""
    made = await db.execute(
        insert_if_absent(db, staff)
        .values(telegram_id=telegram_id, role=role, campaign_id=campaign_id, added_at=now)
        .returning(staff.c.id)
    )
    if made.scalar_one_or_none() is None:
        await db.execute(
            update(staff)
            .where(
                staff.c.telegram_id == telegram_id,
                staff.c.campaign_id.is_not_distinct_from(campaign_id),
            )
            .values(role=role)
        )


async def role_of(db: Connection, telegram_id: int, campaign_id: int | None = None) -> str | None:
    """The person's role in a campaign, or over all; None if they are not staff."""
    found = await db.execute(
        select(staff.c.role)
        .where(
            staff.c.telegram_id == telegram_id,
            staff.c.campaign_id.is_(None) | (staff.c.campaign_id == campaign_id),
        )
        .order_by(staff.c.campaign_id.is_(None))
        .limit(1)
    )
    role: str | None = found.scalar_one_or_none()
    return role


async def all(db: Connection) -> list[Member]:  # noqa: A001 - reads as staff.all
    """Everybody, in the order they came."""
    rows = await db.execute(
        select(staff.c.telegram_id, staff.c.role, staff.c.campaign_id, staff.c.added_at).order_by(
            staff.c.id
        )
    )
    return [Member(*row) for row in rows]
