"""Signatures by day."""

from datetime import date, datetime

from sqlalchemy import select

from storage import signature_times
from storage.database import Connection
from storage.tables import offline_signatures


async def by_day(db: Connection, campaign_id: int) -> dict[date, int]:
    """How many were added on each day (UTC) on which there were any, oldest first: in chat, as far
    as they still count, and on paper."""
    days = dict(await signature_times.by_day(db, campaign_id))
    for recorded_at, count in await on_paper(db, campaign_id):
        day = recorded_at.date()
        days[day] = days.get(day, 0) + count
    return dict(sorted(days.items()))


async def on_paper(db: Connection, campaign_id: int) -> list[tuple[datetime, int]]:
    """Each entry of signatures on paper: when it was added (UTC), and how many; less than none
    where it takes another back."""
    rows = await db.execute(
        select(offline_signatures.c.recorded_at, offline_signatures.c.count)
        .where(offline_signatures.c.campaign_id == campaign_id)
        .order_by(offline_signatures.c.id)
    )
    return [(row[0], row[1]) for row in rows]
