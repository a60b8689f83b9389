"""Answers of a campaign that go by email: a row each, until it has gone.

A row is claimed before its letter is sent, and goes as soon as it is known what came of it.
Whatever was claimed by somebody who has died may have arrived or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from storage.database import Connection
from storage.tables import inbox_letters as table


@dataclass(frozen=True, slots=True)
class InboxLetter:
    """An answer on its way.

    Attributes:
        message_id: of the answer, in the inbox.
        created_at: UTC.
        tries: how often the mail server has not taken it.
    """

    message_id: int
    created_at: datetime
    tries: int


_COLUMNS = tuple(table.c[name] for name in InboxLetter.__slots__)


async def add(db: Connection, message_id: int, now: datetime) -> None:
    """Let an answer go by email, from now (UTC) on."""
    values = {"message_id": message_id, "created_at": now, "not_before": now, "tries": 0}
    await db.execute(insert(table).values(values))


async def are_there(db: Connection) -> bool:
    """Whether any has not gone yet."""
    return (await db.execute(select(table.c.message_id).limit(1))).first() is not None


async def claim(db: Connection, *, now: datetime, limit: int) -> Sequence[InboxLetter]:
    """Take those in hand that may go now (UTC), the longest waiting first; nobody else will. A
    time far ahead is one of a clock that has been set back since."""
    is_due = or_(table.c.not_before <= now, table.c.created_at > now)
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.claimed_at.is_(None), is_due)
        .order_by(table.c.not_before, table.c.message_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [InboxLetter(*row) for row in rows]
    taken = table.c.message_id.in_([one.message_id for one in found])
    if found:
        await db.execute(update(table).where(taken).values(claimed_at=now))
    return found


async def lost(db: Connection, *, now: datetime, lost_before: datetime) -> Sequence[int]:
    """The messages of those that were claimed before a moment (UTC), or in a future that the clock
    has been set back from: who claimed them has died."""
    claimed_at = table.c.claimed_at
    is_lost = or_(claimed_at < lost_before, claimed_at > now)
    return (await db.scalars(select(table.c.message_id).where(is_lost))).all()


async def put_off(db: Connection, message_id: int, until: datetime, *, tried: bool) -> None:
    """It has surely not been sent: it may be, later on (UTC).

    Args:
        tried: whether that counts as a try.
    """
    await db.execute(
        update(table)
        .where(table.c.message_id == message_id)
        .values(claimed_at=None, not_before=until, tries=table.c.tries + int(tried))
    )


async def end(db: Connection, message_id: int) -> bool:
    """It has gone, or never will; False if it was ended before."""
    return bool((await db.execute(delete(table).where(table.c.message_id == message_id))).rowcount)
