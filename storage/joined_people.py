"""Who has been joined with whom: what their ledger says, and how their erasure is found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Connection
from storage.tables import joined_people as table


@dataclass(frozen=True, slots=True)
class JoinedPerson:
    """Somebody who is nobody any more, because they were another person all along.

    Attributes:
        now_id: the number of the person they are.
        tombstone: the hash of the account they gave up, for when the person is erased: a backup
            from before knows them by it. None where there was no key for one.
        at: UTC.
    """

    supporter_id: int
    now_id: int
    tombstone: str | None
    at: datetime


_COLUMNS = tuple(table.c[name] for name in JoinedPerson.__slots__)


async def add(db: Connection, one: JoinedPerson) -> None:
    """Keep whom somebody has been joined with."""
    values = {name: getattr(one, name) for name in JoinedPerson.__slots__}
    await db.execute(insert(table).values(values))


async def move(db: Connection, before_id: int, now_id: int) -> None:
    """Let those who have been joined with one person be joined with another, as that one is."""
    await db.execute(update(table).where(table.c.now_id == before_id).values(now_id=now_id))


async def who_is(db: Connection, supporter_id: int) -> int:
    """The number of the person that one is by now."""
    mine = select(table.c.now_id).where(table.c.supporter_id == supporter_id)
    return await db.scalar(mine) or supporter_id


async def of(db: Connection, now_id: int) -> Sequence[JoinedPerson]:
    """Those who have been joined with a person."""
    rows = await db.execute(
        select(*_COLUMNS).where(table.c.now_id == now_id).order_by(table.c.supporter_id)
    )
    return [JoinedPerson(*row) for row in rows]


async def since(db: Connection, moment: datetime) -> Sequence[int]:
    """The numbers of those whom others have been joined with since then (UTC)."""
    rows = await db.scalars(
        select(table.c.now_id).distinct().where(table.c.at >= moment).order_by(table.c.now_id)
    )
    return rows.all()
