"""When people asked for all that is held about them."""

from datetime import datetime

from sqlalchemy import insert

from storage.database import Connection
from storage.tables import data_requests as table


async def note(db: Connection, supporter_id: int, now: datetime) -> None:
    """Keep that they have asked now (UTC)."""
    await db.execute(insert(table).values(supporter_id=supporter_id, at=now))
