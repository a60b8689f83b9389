"""How often an account may still sign: a token bucket that outlives the process and the person.

Kept by a keyed hash of the account, so an erasure leaves it as it is. A row is changed under the
lock of the person's dialog, so two taps at once take two tokens.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Connection
from storage.tables import signing_buckets as table

_OF = select(table.c.left, table.c.at).where(table.c.hash == bindparam("whose"))


async def of(db: Connection, hash_: str) -> tuple[float, datetime] | None:
    """How many tokens were left, and when (UTC); None for one who has not signed lately."""
    row = (await db.execute(_OF, {"whose": hash_})).one_or_none()
    return (row[0], row[1]) if row else None


async def keep(db: Connection, hash_: str, left: float, at: datetime) -> None:
    """Keep how many are left."""
    await db.execute(_keep(db.dialect.name), {"hash": hash_, "left": left, "at": at})


@cache
def _keep(engine: str) -> Any:
    insert = (postgresql if engine == "postgresql" else sqlite).insert(table)
    new = {"left": insert.excluded.left, "at": insert.excluded.at}
    return insert.on_conflict_do_update(index_elements=["hash"], set_=new)


async def drop_before(db: Connection, moment: datetime) -> None:
    """Forget those that nobody has taken from since."""
    await db.execute(delete(table).where(table.c.at < moment))
