"""Milestones: numbers of signatures that a campaign has reached, once each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage.database import Connection
from storage.tables import campaign_totals, campaigns
from storage.tables import milestones as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Milestone:
    """One number that has been reached.

    Attributes:
        reached_at: UTC.
        broadcast_id: the update about it; None for one that was passed together with a higher.
    """

    campaign_id: int
    number: int
    reached_at: datetime
    broadcast_id: int | None


_COLUMNS = (table.c.campaign_id, table.c.number, table.c.reached_at, table.c.broadcast_id)
_OF_CAMPAIGN = (
    select(*_COLUMNS).where(table.c.campaign_id == bindparam("campaign")).order_by(table.c.number)
)
_SEEN = (
    select(campaigns.c.milestone_at, campaign_totals.c.live + campaign_totals.c.offline)
    .join(campaign_totals, campaign_totals.c.campaign_id == campaigns.c.id)
    .where(campaigns.c.id == bindparam("wanted"))
)
_ADVANCE = (
    update(campaigns)
    .where(campaigns.c.id == bindparam("which"), campaigns.c.milestone_at == bindparam("before"))
    .values(milestone_at=bindparam("highest"), revision=campaigns.c.revision + 1)
)


async def seen(db: Connection, campaign_id: int) -> tuple[int, int]:
    """Up to which total we have looked for milestones, and the total now."""
    row = (await db.execute(_SEEN, {"wanted": campaign_id})).one()
    return int(row[0]), int(row[1])


async def advance(db: Connection, campaign_id: int, before: int, highest: int) -> bool:
    """Look from there on; False if somebody else has been faster."""
    given = {"which": campaign_id, "before": before, "highest": highest}
    return bool((await db.execute(_ADVANCE, given)).rowcount)


async def add(
    db: Connection, campaign_id: int, numbers: Iterable[int], now: datetime, broadcast_id: int
) -> None:
    """Keep that these have been reached; the broadcast is about the highest of them."""
    ordered = sorted(numbers)
    for number in ordered:
        await db.execute(
            insert_if_absent(db, table).values(
                campaign_id=campaign_id,
                number=number,
                reached_at=now,
                broadcast_id=broadcast_id if number == ordered[-1] else None,
            )
        )


async def of_campaign(db: Connection, campaign_id: int) -> list[Milestone]:
    """All that a campaign has reached, lowest first."""
    rows = await db.execute(_OF_CAMPAIGN, {"campaign": campaign_id})
    return [Milestone(*row) for row in rows]


async def untold(db: Connection) -> list[Milestone]:
    """Those that staff are to be told of."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.broadcast_id.is_not(None), ~table.c.told)
        .order_by(table.c.campaign_id, table.c.number)
    )
    return [Milestone(*row) for row in rows]


async def told(db: Connection, milestone: Milestone) -> bool:
    """Keep that staff are told; True to one caller only."""
    done = await db.execute(
        update(table)
        .where(
            table.c.campaign_id == milestone.campaign_id,
            table.c.number == milestone.number,
            ~table.c.told,
        )
        .values(told=True)
    )
    return bool(done.rowcount)
