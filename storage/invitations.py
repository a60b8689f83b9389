"""Invitations to the staff. The token itself is not kept, only its SHA-256."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Connection
from storage.tables import staff_invitations as table


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation. Times are UTC.

    Attributes:
        campaign_id: None for all campaigns.
        invited_by, used_by: Telegram ids; used_by is None while it is open, and if it was recalled.
            One below 1 stands for the command line.
        ended_at: when it was used or recalled.
    """

    id: int
    token_sha256: str
    role: str
    campaign_id: int | None
    invited_by: int
    created_at: datetime
    expires_at: datetime
    used_by: int | None
    ended_at: datetime | None


_COLUMNS = tuple(table.c[name] for name in Invitation.__slots__)


async def add(
    db: Connection,
    *,
    token_sha256: str,
    role: str,
    campaign_id: int | None,
    invited_by: int,
    now: datetime,
    expires_at: datetime,
) -> Invitation:
    """Keep a new one."""
    made = await db.execute(
        insert(table)
        .values(
            token_sha256=token_sha256,
            role=role,
            campaign_id=campaign_id,
            invited_by=invited_by,
            created_at=now,
            expires_at=expires_at,
        )
        .returning(*_COLUMNS)
    )
    return Invitation(*made.one())


async def of(db: Connection, invitation_id: int) -> Invitation | None:
    """The invitation of this number."""
    row = (await db.execute(select(*_COLUMNS).where(table.c.id == invitation_id))).one_or_none()
    return Invitation(*row) if row else None


async def by_token(db: Connection, token_sha256: str) -> Invitation | None:
    """The invitation whose token has this SHA-256, open or not."""
    found = await db.execute(select(*_COLUMNS).where(table.c.token_sha256 == token_sha256))
    row = found.one_or_none()
    return Invitation(*row) if row else None


async def end(db: Connection, invitation_id: int, now: datetime, *, used_by: int | None) -> bool:
    """Use it up, or recall it; False if it was not open any more. Only one of many can be first."""
    done = await db.execute(
        update(table)
        .where(table.c.id == invitation_id, table.c.ended_at.is_(None), table.c.expires_at > now)
        .values(ended_at=now, used_by=used_by)
    )
    return bool(done.rowcount)


async def open_ones(db: Connection, now: datetime) -> list[Invitation]:
    """All that can still be used, oldest first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.ended_at.is_(None), table.c.expires_at > now)
        .order_by(table.c.id)
    )
    return [Invitation(*row) for row in rows]
