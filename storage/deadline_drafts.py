"""Updates about the end of signing, drafted before it comes, once for each lead time."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select

from storage.database import Connection
from storage.tables import broadcasts, campaigns
from storage.tables import closing_drafts as table


async def made(db: Connection, campaign_id: int, closes_at: datetime) -> Collection[int]:
    """How many days before this end (UTC) there is one already."""
    rows = await db.scalars(
        select(table.c.days_before).where(
            table.c.campaign_id == campaign_id, table.c.closes_at == closes_at
        )
    )
    return set(rows)


async def add(
    db: Connection, campaign_id: int, closes_at: datetime, days_before: int, broadcast_id: int
) -> None:
    """Keep that it is made."""
    await db.execute(
        insert(table).values(
            campaign_id=campaign_id,
            closes_at=closes_at,
            days_before=days_before,
            broadcast_id=broadcast_id,
        )
    )


async def outdated(db: Connection) -> list[int]:
    """Drafts, by number, that nobody has touched and that tell of an end that is no longer ahead:
    it was moved, or signing has ended."""
    rows = await db.scalars(
        select(table.c.broadcast_id)
        .join(broadcasts, broadcasts.c.id == table.c.broadcast_id)
        .join(campaigns, campaigns.c.id == table.c.campaign_id)
        .where(
            broadcasts.c.status == "draft",
            broadcasts.c.updated_at == broadcasts.c.created_at,
            (campaigns.c.status != "open")
            | campaigns.c.closes_at.is_(None)
            | (campaigns.c.closes_at != table.c.closes_at),
        )
        .order_by(table.c.broadcast_id)
    )
    return list(rows)
