"""How often an account may still sign: a token bucket that outlives the process.

Its row is changed under the lock of the person's dialog, so two taps at once take two tokens.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from storage.database import Connection
from storage.inserting import insert_if_absent
from storage.tables import signing_allowances as table

_OF = select(table.c.left, table.c.at).where(table.c.supporter_id == bindparam("who"))
_KEEP = (
    update(table)
    .where(table.c.supporter_id == bindparam("who"))
    .values(left=bindparam("tokens"), at=bindparam("when"))
)


async def of(db: Connection, supporter_id: int) -> tuple[float, datetime] | None:
    """How many tokens were left, and when (UTC); None for one who has never signed."""
    row = (await db.execute(_OF, {"who": supporter_id})).one_or_none()
    return (row[0], row[1]) if row else None


async def keep(db: Connection, supporter_id: int, left: float, at: datetime) -> None:
    """Keep how many are left."""
    done = await db.execute(_KEEP, {"who": supporter_id, "tokens": left, "when": at})
    if not done.rowcount:
        await db.execute(
            insert_if_absent(db, table), {"supporter_id": supporter_id, "left": left, "at": at}
        )
