"""Accounts that cannot sign, and whose links bring no credit."""

from datetime import datetime

from sqlalchemy import bindparam, delete, literal, select

from storage.database import Connection
from storage.inserting import insert_if_absent
from storage.tables import blocked_accounts as table

_IS_BLOCKED = select(literal(1)).where(table.c.supporter_id == bindparam("who"))


async def add(db: Connection, supporter_id: int, by: int | None, now: datetime) -> bool:
    """Block an account; False if it is already. `by` is a Telegram id, None for the terminal."""
    made = await db.execute(
        insert_if_absent(db, table).returning(table.c.supporter_id),
        {"supporter_id": supporter_id, "blocked_by": by, "blocked_at": now},
    )
    return made.scalar_one_or_none() is not None


async def remove(db: Connection, supporter_id: int) -> bool:
    """Let an account sign again; False if it could anyway."""
    done = await db.execute(delete(table).where(table.c.supporter_id == supporter_id))
    return bool(done.rowcount)


async def is_blocked(db: Connection, supporter_id: int) -> bool:
    """Whether the account is blocked."""
    return await db.scalar(_IS_BLOCKED, {"who": supporter_id}) is not None
