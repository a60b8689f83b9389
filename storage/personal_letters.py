"""What single people get by email besides updates: a row each, until it has gone.

A row is claimed before its letter is sent, and goes as soon as it is known what came of it.
Whatever is claimed when the sender dies may have arrived or not, and is not sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from storage.database import Connection
from storage.tables import personal_letters as table

LONGEST_WAIT = timedelta(days=1)
"""What waits for longer has been told to by a clock that has been set back since: whoever puts a
letter off has it looked at again by then."""


@dataclass(frozen=True, slots=True)
class PersonalLetter:
    """One letter to one person.

    Attributes:
        kind: what it says; see campaign.personal_letters.
        figures: what it takes that nothing else in the database says.
        created_at: UTC.
        tries: how often the mail server has not taken it.
    """

    id: int
    supporter_id: int
    campaign_id: int
    kind: str
    figures: Mapping[str, int | None]
    created_at: datetime
    tries: int


_COLUMNS = tuple(table.c[name] for name in PersonalLetter.__slots__)


async def add(
    db: Connection,
    supporter_id: int,
    campaign_id: int,
    kind: str,
    figures: Mapping[str, int | None] | None = None,
    *,
    now: datetime,
) -> None:
    """Let somebody get a letter, from now (UTC) on."""
    await db.execute(
        insert(table).values(
            supporter_id=supporter_id,
            campaign_id=campaign_id,
            kind=kind,
            figures=dict(figures or {}),
            created_at=now,
            not_before=now,
            tries=0,
        )
    )


async def waits(
    db: Connection, supporter_id: int, kind: str, figures: Mapping[str, int | None]
) -> bool:
    """Whether such a letter to somebody has yet to be taken in hand."""
    rows = await db.scalars(
        select(table.c.figures).where(
            table.c.supporter_id == supporter_id,
            table.c.kind == kind,
            table.c.claimed_at.is_(None),
        )
    )
    return dict(figures) in rows.all()


async def claim(db: Connection, *, now: datetime, limit: int) -> Sequence[PersonalLetter]:
    """Take those in hand that may go now (UTC), the longest waiting first; nobody else will."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(*_due(now))
        .order_by(table.c.not_before, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [PersonalLetter(*row) for row in rows]
    if found:
        ids = [one.id for one in found]
        await db.execute(update(table).where(table.c.id.in_(ids)).values(claimed_at=now))
    return found


async def are_due(db: Connection, now: datetime) -> bool:
    """Whether `claim` would find any."""
    due = select(table.c.id).where(*_due(now)).limit(1)
    return (await db.execute(due)).first() is not None


async def put_off(db: Connection, letter_id: int, until: datetime, *, tried: bool) -> None:
    """It has surely not been sent: it may be, later on (UTC).

    Args:
        tried: whether that counts as a try.
    """
    await db.execute(
        update(table)
        .where(table.c.id == letter_id)
        .values(claimed_at=None, not_before=until, tries=table.c.tries + int(tried))
    )


async def end(db: Connection, letter_id: int) -> None:
    """It has gone, or never will."""
    await db.execute(delete(table).where(table.c.id == letter_id))


async def drop_claimed(db: Connection) -> int:
    """Let those go that somebody who has died had in hand; gives how many."""
    return (await db.execute(delete(table).where(table.c.claimed_at.is_not(None)))).rowcount


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = table.c.not_before
    return or_(waits <= now, waits > now + LONGEST_WAIT), table.c.claimed_at.is_(None)
