"""Who has been erased, by a keyed hash: enough to erase them again, too little to know them."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from storage import accounts, settings
from storage.database import Connection
from storage.supporters import WITH_ANY_NAME, Supporter
from storage.tables import supporters
from storage.tables import tombstones as table
from storage.upsert import insert_if_absent

_KEY = "tombstones"
PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Somebody was erased at this moment (UTC). `hash` is HMAC-SHA256 of their Telegram number
    under a key (RFC 2104): a bare hash of so short a number could be undone by trying them all."""

    hash: str
    at: datetime


def hash_of(key: str, telegram_id: int) -> str:
    """What stands on a tombstone. The key is hexadecimal."""
    return hmac.new(bytes.fromhex(key), str(telegram_id).encode(), hashlib.sha256).hexdigest()


async def key(db: Connection) -> str | None:
    """The key kept in the database."""
    return await settings.of(db, _KEY)


async def keep_key(db: Connection, value: str, *, replace: bool = False) -> str:
    """Keep the key, unless there is one; gives the one that is kept."""
    return await settings.upsert(db, _KEY, value, replace=replace)


async def all(db: Connection) -> list[Tombstone]:  # noqa: A001 - reads as tombstones.all
    """Every tombstone, oldest first."""
    rows = await db.execute(select(table.c.hash, table.c.at).order_by(table.c.at, table.c.hash))
    return [Tombstone(*row) for row in rows]


async def state(db: Connection) -> tuple[int, datetime | None]:
    """How many there are, and the latest moment (UTC). It changes when somebody is erased; the
    moment alone does not while the clock is set back."""
    found = (await db.execute(select(func.count(), func.max(table.c.at)))).one()
    return found[0], found[1]


async def add(db: Connection, stone: Tombstone) -> None:
    """Put one up, in place of older ones of the same person, which say nothing more."""
    newest = await db.scalar(select(func.max(table.c.at)).where(table.c.hash == stone.hash))
    if newest is not None and newest >= stone.at:
        return
    await db.execute(delete(table).where(table.c.hash == stone.hash, table.c.at < stone.at))
    await db.execute(insert_if_absent(db, table), {"hash": stone.hash, "at": stone.at})


def newest_of(stones: Iterable[Tombstone]) -> dict[str, datetime]:
    """When each person was erased last, by their hash."""
    return {stone.hash: stone.at for stone in sorted(stones, key=lambda stone: stone.at)}


async def people(db: Connection, after: int) -> Sequence[Supporter]:
    """A page of the people who have not been erased, by number from after one."""
    rows = await db.execute(
        select(*WITH_ANY_NAME)
        .where(supporters.c.id > after, accounts.somebodys(supporters.c.telegram_id))
        .order_by(supporters.c.id)
        .limit(PAGE)
    )
    return [Supporter(*row) for row in rows]
