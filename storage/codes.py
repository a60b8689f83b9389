"""Codes by email on their way, in whichever table something waits for one: the columns are the
same."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, update

from storage.database import Connection

Key = Column[int]
"""The column that says what a code is for, of a table with the columns of codes."""


def is_due(table: Table, now: datetime, longest_pause: timedelta) -> ColumnElement[bool]:
    """Whether a code is to be sent now (UTC), for a query.

    Args:
        longest_pause: who is to wait for longer has been put off before the clock was set back.
    """
    at = table.c.not_before
    return table.c.wants_code & (at.is_(None) | (at <= now) | (at > now + longest_pause))


async def claim(
    db: Connection,
    key: Key,
    which: int,
    *,
    since: datetime,
    not_before: datetime | None,
    until: datetime,
    **values: Any,
) -> bool:
    """Take the sending of a code in hand; False if somebody else has, or something else waits now.

    Args:
        since: when what waits began to.
        not_before: as it was when it was due.
        until: when it is due again if nobody says that it is done, as after a kill.
    """
    table = key.table
    done = await db.execute(
        update(table)
        .where(
            key == which,
            table.c.wants_code,
            table.c.since == since,
            table.c.not_before.is_not_distinct_from(not_before),
        )
        .values(not_before=until, **values)
    )
    return bool(done.rowcount)


async def change(db: Connection, key: Key, which: int, **values: Any) -> None:
    """Keep something else about what waits."""
    await db.execute(update(key.table).where(key == which).values(**values))


async def is_sent(db: Connection, key: Key, which: int, until: datetime) -> None:
    """What was claimed is done, if no other code has been asked for since."""
    table = key.table
    await db.execute(
        update(table).where(key == which, table.c.not_before == until).values(wants_code=False)
    )
