"""Taps on an update's buttons, counted once for each person and button."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from storage.counters import Tally
from storage.database import Connection
from storage.tables import broadcast_tap_figures as figures
from storage.tables import broadcast_taps as table
from storage.upsert import insert_if_absent

_TALLY = Tally(figures)


async def note(
    db: Connection, broadcast_id: int, supporter_id: int, button: str, now: datetime
) -> None:
    """Keep that a person has tapped a button; the second tap changes nothing. `now` is UTC."""
    made = await db.execute(
        insert_if_absent(db, table, table.c.button),
        {
            "broadcast_id": broadcast_id,
            "supporter_id": supporter_id,
            "button": button,
            "at": now,
        },
    )
    if made.scalar_one_or_none() is not None:
        await _TALLY.add(db, 1, {"broadcast_id": broadcast_id, "button": button})


async def count_by_button(db: Connection, broadcast_id: int) -> Mapping[str, int]:
    """How many people have tapped each button: kept, not counted."""
    rows = await db.execute(
        select(figures.c.button, figures.c.count).where(figures.c.broadcast_id == broadcast_id)
    )
    return {row[0]: row[1] for row in rows}


async def recount(db: Connection, broadcast_id: int) -> Mapping[str, int]:
    """The same counted afresh. Always the same as what is kept."""
    rows = await db.execute(
        select(table.c.button, func.count())
        .where(table.c.broadcast_id == broadcast_id)
        .group_by(table.c.button)
    )
    return {row[0]: row[1] for row in rows}
