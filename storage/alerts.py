"""Alerts to owners: since when something is wrong, and when they were last told."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from storage.database import Connection
from storage.tables import alerts as table
from storage.upsert import insert_if_absent


async def unmoved_since(
    db: Connection, name: str, figure: int, now: datetime, *, afresh: bool = False
) -> datetime:
    """Since when (UTC) the figure of this name has been what it is. A moment in the future was kept
    before the clock was set back: it counts from now.

    Args:
        afresh: from now on, even if it has not moved.
    """
    await _there(db, name, figure, now)
    kept = (
        await db.execute(
            select(table.c.figure, table.c.since).where(table.c.name == name).with_for_update()
        )
    ).one()
    if kept.figure == figure and kept.since <= now and not afresh:
        since: datetime = kept.since
        return since
    await db.execute(update(table).where(table.c.name == name).values(figure=figure, since=now))
    return now


async def claim(db: Connection, name: str, now: datetime, *, every: timedelta) -> bool:
    """Whether it may be told now (UTC): once in so long a time, however many processes ask; once
    more if the clock has been set back since."""
    await _there(db, name, 0, now)
    at = table.c.told_at
    told = await db.execute(
        update(table)
        .where(table.c.name == name, at.is_(None) | (at <= now - every) | (at > now))
        .values(told_at=now)
    )
    return bool(told.rowcount)


async def kept(db: Connection, beginning: str) -> bool:
    """Whether there is any whose name begins like that."""
    found = select(table.c.name).where(table.c.name.startswith(beginning, autoescape=True))
    return (await db.execute(found.limit(1))).first() is not None


async def forget(db: Connection, beginning: str, but: Collection[str]) -> None:
    """Drop all whose name begins like that, but for these."""
    await db.execute(
        delete(table).where(
            table.c.name.startswith(beginning, autoescape=True), table.c.name.not_in(but)
        )
    )


async def note(db: Connection, name: str, now: datetime) -> None:
    """Keep this name, if it is not there; `now` is UTC."""
    await _there(db, name, 0, now)


async def names(db: Connection, beginning: str) -> list[str]:
    """All names that begin like that, in order."""
    found = select(table.c.name).where(table.c.name.startswith(beginning, autoescape=True))
    return list(await db.scalars(found.order_by(table.c.name)))


async def drop(db: Connection, name: str) -> None:
    """Drop the one of this name."""
    await db.execute(delete(table).where(table.c.name == name))


async def _there(db: Connection, name: str, figure: int, now: datetime) -> None:
    await db.execute(insert_if_absent(db, table).values(name=name, figure=figure, since=now))
