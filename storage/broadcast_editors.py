"""Everybody who has written, changed or asked for an update: none of them can agree to it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import literal, select, update

from storage import accounts
from storage.database import Connection
from storage.tables import audit_log, broadcasts, staff, supporters
from storage.tables import broadcast_editors as table
from storage.upsert import insert_if_absent


async def add(db: Connection, broadcast_id: int, supporter_id: int, now: datetime) -> None:
    """Record that a person has worked on an update, and when they did so last (UTC)."""
    given = {"broadcast_id": broadcast_id, "supporter_id": supporter_id, "at": now}
    made = await db.execute(insert_if_absent(db, table).values(given).returning(table.c.at))
    if made.scalar_one_or_none() is None:
        mine = (table.c.broadcast_id == broadcast_id, table.c.supporter_id == supporter_id)
        await db.execute(update(table).where(*mine).values(at=now))


async def copy(db: Connection, source_id: int, target_id: int) -> None:
    """Record everybody who has worked on one update for another one as well."""
    theirs = select(literal(target_id), table.c.supporter_id, table.c.at).where(
        table.c.broadcast_id == source_id
    )
    await db.execute(
        insert_if_absent(db, table).from_select(["broadcast_id", "supporter_id", "at"], theirs)
    )


async def add_who_acted(db: Connection, broadcast_id: int, subject: str, now: datetime) -> None:
    """Record everybody who did anything to a subject of the audit log."""
    actors = select(audit_log.c.actor).where(
        audit_log.c.subject == subject, audit_log.c.actor.is_not(None)
    )
    theirs = select(supporters.c.id).where(supporters.c.telegram_id.in_(actors))
    for supporter_id in (await db.scalars(theirs)).all():
        await add(db, broadcast_id, supporter_id, now)


async def of(db: Connection, broadcast_ids: Collection[int]) -> frozenset[int]:
    """The supporter ids of all who have worked on any of these updates, their authors included.

    Where one of them has been erased since, staff who came after the first work on them are
    included: any of them may be that person, come back.
    """
    editors = await db.scalars(
        select(table.c.supporter_id).where(table.c.broadcast_id.in_(broadcast_ids))
    )
    authors = await db.scalars(
        select(broadcasts.c.author_id).where(
            broadcasts.c.id.in_(broadcast_ids), broadcasts.c.author_id.is_not(None)
        )
    )
    known = frozenset((*editors, *authors))
    erased = select(supporters.c.id).where(
        supporters.c.id.in_(known), ~accounts.somebodys(supporters.c.telegram_id)
    )
    if (await db.execute(erased.limit(1))).first() is None:
        return known
    # An update that is repeated is younger than the work on it, which its copies keep.
    begun = select(broadcasts.c.created_at).where(broadcasts.c.id.in_(broadcast_ids))
    worked = select(table.c.at).where(
        table.c.broadcast_id.in_(broadcast_ids), table.c.supporter_id.in_(erased)
    )
    first = min((await db.scalars(begun.union_all(worked))).all())
    newcomers = await db.scalars(
        select(supporters.c.id)
        .join(staff, staff.c.telegram_id == supporters.c.telegram_id)
        .where(supporters.c.created_at > first)
    )
    return known.union(newcomers)


async def latest(db: Connection, broadcast_id: int) -> int | None:
    """The supporter's id of who has worked on an update last; None if nobody has."""
    found: int | None = await db.scalar(
        select(table.c.supporter_id)
        .where(table.c.broadcast_id == broadcast_id)
        .order_by(table.c.at.desc())
        .limit(1)
    )
    return found


async def telegram_ids(db: Connection, supporter_ids: Collection[int]) -> frozenset[int]:
    """Under which numbers Telegram knows these people."""
    rows = await db.scalars(
        select(supporters.c.telegram_id).where(supporters.c.id.in_(supporter_ids))
    )
    return frozenset(rows)
