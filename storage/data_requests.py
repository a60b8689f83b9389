"""When people asked for all that is held about them."""

from datetime import datetime

from sqlalchemy import func, insert, select

from storage.database import Connection
from storage.tables import data_requests as table


async def between(db: Connection, supporter_id: int, after: datetime, until: datetime) -> int:
    """How often the person has asked between two moments (UTC)."""
    found = await db.scalar(
        select(func.count()).where(
            table.c.supporter_id == supporter_id, table.c.at > after, table.c.at <= until
        )
    )
    return int(found or 0)


async def note(db: Connection, supporter_id: int, now: datetime) -> None:
    """Keep that they have asked now (UTC)."""
    await db.execute(insert(table).values(supporter_id=supporter_id, at=now))
