"""How many people reached each step of signing, each person once.

Lock order: comes last in a transaction; steps of one campaign in the order of their names.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select

from storage.counters import Tally
from storage.database import Connection
from storage.tables import form_figures as table
from storage.together import Change

_TALLY = Tally(table, "since")


def one_more(
    db: Connection, campaign_id: int, steps: Collection[str], *, now: datetime
) -> list[Change]:
    """What is to be changed when one person more has come to these steps. `now` is UTC."""
    return [
        _TALLY.one_more(db, {"campaign_id": campaign_id, "step": step, "since": now})
        for step in sorted(steps)
    ]


async def of_campaign(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """How many people have come to each step."""
    rows = await db.execute(
        select(table.c.step, table.c.count).where(table.c.campaign_id == campaign_id)
    )
    return {step: count for step, count in rows}  # noqa: C416 - rows are no pairs to mypy


async def since(db: Connection, campaign_id: int) -> datetime | None:
    """Since when it is counted (UTC); None while nobody has come."""
    first: datetime | None = await db.scalar(
        select(func.min(table.c.since)).where(table.c.campaign_id == campaign_id)
    )
    return first
