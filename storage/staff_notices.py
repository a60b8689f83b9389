"""What staff are to be told by the bot of its own accord: a row for each person and message.

A row is claimed before its message is sent, and done afterwards. One that stays claimed belongs to
a process that died in between; it is claimed again, because twice is better than never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update

from storage.database import Connection
from storage.tables import staff_notices as table
from storage.tables import supporters


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """One message to one person.

    Attributes:
        about: decision or handin.
        subject_id: its number.
    """

    id: int
    campaign_id: int
    telegram_id: int
    about: str
    subject_id: int
    language: str | None
    telegram_language: str | None


_OPEN = table.c.done_at.is_(None)


async def add(
    db: Connection,
    telegram_ids: Sequence[int],
    *,
    campaign_id: int,
    about: str,
    subject_id: int,
    now: datetime,
) -> None:
    """Have each of these people told."""
    if telegram_ids:
        given = {"campaign_id": campaign_id, "about": about, "subject_id": subject_id}
        await db.execute(
            insert(table),
            [{**given, "telegram_id": one, "created_at": now} for one in telegram_ids],
        )


async def claim(
    db: Connection, *, now: datetime, lost_before: datetime, limit: int
) -> list[StaffNotice]:
    """Take what is to be sent in hand; nobody else will.

    Args:
        lost_before: UTC; what was claimed before that and is not done has been lost. So has what
            was claimed in the future: since then the clock has been set back.
    """
    rows = await db.execute(
        select(
            *(table.c[name] for name in ("id", "campaign_id", "telegram_id")),
            *(table.c[name] for name in ("about", "subject_id")),
            *(supporters.c[name] for name in ("language", "telegram_language")),
        )
        .join(supporters, supporters.c.telegram_id == table.c.telegram_id)
        .where(
            _OPEN,
            or_(
                table.c.claimed_at.is_(None),
                table.c.claimed_at < lost_before,
                table.c.claimed_at > now,
            ),
        )
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True)
    )
    found = [StaffNotice(*row) for row in rows]
    if found:
        await db.execute(
            update(table).where(table.c.id.in_([one.id for one in found])).values(claimed_at=now)
        )
    return found


async def done(db: Connection, notice_id: int, now: datetime) -> None:
    """It has been sent, or never can be."""
    await db.execute(update(table).where(table.c.id == notice_id).values(done_at=now))


async def give_back(db: Connection, notice_id: int) -> None:
    """It is known not to have been sent: it is to be sent still."""
    await db.execute(update(table).where(table.c.id == notice_id, _OPEN).values(claimed_at=None))
