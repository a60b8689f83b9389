"""Single rows that a piece of background work could not deal with: put aside, so that the rest goes
on, told to owners, and tried again later."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, select, update

from storage.database import Connection
from storage.tables import set_aside as table
from storage.upsert import insert_if_absent

RETRY_AFTER = timedelta(hours=12)
ERASURE = "erasure"
"""Erasing again who is missing from a restored backup; the subject is a supporter."""

IDLE_BROWSER = "idle browser"
"""Letting go a browser that nobody has used for a month; the subject is a supporter."""


def retention(campaign_id: int) -> str:
    """The work of forgetting a closed campaign's people; the subject is a supporter."""
    return f"retention:{campaign_id}"


def invalidation(invalidation_id: int) -> str:
    """The work of an invalidation; the subject is a signature."""
    return f"invalidation:{invalidation_id}"


async def put(db: Connection, work: str, subject_id: int, why: str, now: datetime) -> None:
    """Put a row aside, or note that it could not be dealt with again.

    Args:
        why: the name of an exception, nothing of what a person wrote.
        now: UTC.
    """
    key = {"work": work, "subject_id": subject_id}
    await db.execute(insert_if_absent(db, table).values(**key, why=why, since=now, tried_at=now))
    await db.execute(update(table).where(*_is(work, [subject_id])).values(why=why, tried_at=now))


async def clear(db: Connection, work: str, subject_ids: Collection[int]) -> None:
    """These have been dealt with."""
    if subject_ids:
        await db.execute(delete(table).where(*_is(work, subject_ids)))


async def of(db: Connection, work: str) -> frozenset[int]:
    """What of this work is aside."""
    return frozenset(await db.scalars(select(table.c.subject_id).where(table.c.work == work)))


async def rests(db: Connection, work: str, now: datetime) -> bool:
    """Whether all that is left of this work is aside and has been tried of late."""
    found = await db.scalar(select(func.max(table.c.tried_at)).where(table.c.work == work))
    return found is not None and found > now - RETRY_AFTER


async def try_again(db: Connection, now: datetime) -> int:
    """Let everything be tried at the next look (`now` is UTC); gives how many that are."""
    done = await db.execute(update(table).values(tried_at=now - RETRY_AFTER))
    return done.rowcount


async def count(db: Connection) -> int:
    """How many rows are aside."""
    return await db.scalar(select(func.count()).select_from(table)) or 0


def resting(subject: ColumnElement[int], work: str, now: datetime) -> ColumnElement[bool]:
    """A condition: this subject is aside and has been tried of late."""
    return exists().where(
        table.c.work == work,
        table.c.subject_id == subject,
        table.c.tried_at > now - RETRY_AFTER,
    )


def _is(work: str, subject_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return table.c.work == work, table.c.subject_id.in_(subject_ids)
