"""Which emails have been taken in, by keyed hashes: each counts once, however often it is read."""

from datetime import datetime

from sqlalchemy import delete

from storage.database import Connection
from storage.tables import received_emails as table
from storage.upsert import insert_if_absent


async def take(db: Connection, hash_: str, now: datetime) -> bool:
    """Note that an email is taken in now (UTC); False if it has been before."""
    made = await db.execute(insert_if_absent(db, table, table.c.hash), {"hash": hash_, "at": now})
    return made.scalar_one_or_none() is not None


async def drop_before(db: Connection, moment: datetime) -> None:
    """Forget those that were taken in before then (UTC)."""
    await db.execute(delete(table).where(table.c.at < moment))
