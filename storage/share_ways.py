"""How often each way to pass a petition on has been tapped: numbers of taps, of nobody in
particular.

Lock order: comes last in a transaction; ways of one campaign in the order of their names.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from storage.counters import Tally
from storage.database import Connection
from storage.tables import share_ways as table
from storage.together import Change

_TALLY = Tally(table, "since")


def one_more(db: Connection, campaign_id: int, way: str, *, now: datetime) -> Change:
    """What is to be changed when a way has been tapped once more. `now` is UTC."""
    return _TALLY.one_more(db, {"campaign_id": campaign_id, "way": way, "since": now})


async def add(db: Connection, taps: Mapping[tuple[int, str], int], *, now: datetime) -> None:
    """Add taps, by campaign and way. `now` is UTC."""
    for campaign_id, way in sorted(taps):
        row = {"campaign_id": campaign_id, "way": way, "since": now}
        await _TALLY.add(db, taps[campaign_id, way], row)


async def of_campaign(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """How often each way has been tapped."""
    rows = await db.execute(
        select(table.c.way, table.c.count).where(table.c.campaign_id == campaign_id)
    )
    return {way: count for way, count in rows}  # noqa: C416 - rows are no pairs to mypy
