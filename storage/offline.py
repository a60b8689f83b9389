"""Signatures on paper, entry by entry."""

from datetime import datetime

from sqlalchemy import insert, select, update

from storage.campaigns import Totals
from storage.database import Connection
from storage.tables import campaign_totals, offline_signatures


async def add(
    db: Connection,
    *,
    campaign_id: int,
    count: int,
    note: str,
    recorded_by: int | None,
    now: datetime,
) -> Totals:
    """Record an entry and count it.

    Args:
        count: negative to correct an earlier entry.
        recorded_by: a supporter's id; None from the command line.
        now: UTC.

    Raises:
        ValueError: the paper total would fall below zero; nothing is recorded.
    """
    kept = (
        await db.execute(
            select(campaign_totals.c.live, campaign_totals.c.offline)
            .where(campaign_totals.c.campaign_id == campaign_id)
            .with_for_update()
        )
    ).one()
    if kept.offline + count < 0:
        raise ValueError("the paper total would fall below zero")
    await db.execute(
        insert(offline_signatures).values(
            campaign_id=campaign_id,
            count=count,
            note=note,
            recorded_by=recorded_by,
            recorded_at=now,
        )
    )
    await db.execute(
        update(campaign_totals)
        .where(campaign_totals.c.campaign_id == campaign_id)
        .values(offline=campaign_totals.c.offline + count, changed_at=now)
    )
    return Totals(kept.live, kept.offline + count)
