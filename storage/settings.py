"""Small things that the program itself remembers, by name."""

from sqlalchemy import select, update

from storage.database import Connection
from storage.tables import settings as table
from storage.upsert import insert_if_absent


async def of(db: Connection, name: str) -> str | None:
    """What is kept under a name."""
    found: str | None = await db.scalar(select(table.c.value).where(table.c.name == name))
    return found


async def upsert(db: Connection, name: str, value: str, *, replace: bool = True) -> str:
    """Keep something under a name; gives what is kept, which may be what was there."""
    await db.execute(insert_if_absent(db, table), {"name": name, "value": value})
    if replace:
        await db.execute(update(table).where(table.c.name == name).values(value=value))
    return await of(db, name) or value
