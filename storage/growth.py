"""How the signatures of a campaign have grown."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from storage.database import Connection
from storage.tables import offline_signatures, signatures


async def by_day(db: Connection, campaign_id: int) -> dict[date, int]:
    """How many were added on each day (UTC) on which there were any, oldest first.

    Counts every signature that stands; it takes as long as there are many.
    """
    in_chat = (
        select(_day(signatures.c.signed_at), func.count())
        .where(signatures.c.campaign_id == campaign_id, signatures.c.status == "live")
        .group_by(_day(signatures.c.signed_at))
    )
    on_paper = (
        select(_day(offline_signatures.c.recorded_at), func.sum(offline_signatures.c.count))
        .where(offline_signatures.c.campaign_id == campaign_id)
        .group_by(_day(offline_signatures.c.recorded_at))
    )
    days: dict[date, int] = {}
    for found in (in_chat, on_paper):
        for day, count in await db.execute(found):
            on = date.fromisoformat(str(day))
            days[on] = days.get(on, 0) + int(count)
    return dict(sorted(days.items()))


def _day(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.date(moment)


async def on_paper(db: Connection, campaign_id: int) -> list[tuple[datetime, int]]:
    """Each entry of signatures on paper: when it was added (UTC), and how many; less than none
    where it takes another back."""
    rows = await db.execute(
        select(offline_signatures.c.recorded_at, offline_signatures.c.count)
        .where(offline_signatures.c.campaign_id == campaign_id)
        .order_by(offline_signatures.c.id)
    )
    return [(row[0], row[1]) for row in rows]
