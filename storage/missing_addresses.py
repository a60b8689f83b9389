"""Telegram addresses of those who came with the version before, which knows nothing of addresses.

How far all have been looked at is kept: people's numbers rise, so whoever comes later stands behind
that place, or shortly before it where two came at once.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select

from storage import accounts, settings
from storage.addresses import TELEGRAM, row_of
from storage.database import Connection
from storage.tables import addresses, supporters
from storage.upsert import insert_if_absent

LOOKED_AT_AGAIN = 1_000
"""People before the place who are looked at again: more than ever come at once."""

_PLACE = "addresses"


async def place(db: Connection) -> int:
    """After which number to begin to look."""
    return max(0, int(await settings.of(db, _PLACE) or 0) - LOOKED_AT_AGAIN)


async def keep_place(db: Connection, last: int) -> None:
    """Everybody up to this number has an address."""
    await settings.upsert(db, _PLACE, str(last))


async def newest(db: Connection) -> int:
    """The number of the newest person; 0 if there is none."""
    return await db.scalar(select(func.max(supporters.c.id))) or 0


async def find(db: Connection, after: int, limit: int) -> Sequence[int]:
    """The numbers of people without one, of the next so many numbers after one."""
    rows = await db.scalars(
        select(supporters.c.id).where(
            supporters.c.id > after,
            supporters.c.id <= after + limit,
            accounts.telegrams(supporters.c.telegram_id),
            ~_HAS_ONE,
        )
    )
    return rows.all()


async def add(db: Connection, supporter_ids: Sequence[int]) -> None:
    """Keep the addresses of these people, of those who have none yet and are still there."""
    found = await db.execute(
        select(supporters.c.id, supporters.c.telegram_id, supporters.c.created_at)
        .where(
            supporters.c.id.in_(supporter_ids),
            accounts.telegrams(supporters.c.telegram_id),
            ~_HAS_ONE,
        )
        .order_by(supporters.c.id)
        .with_for_update(key_share=True)  # whoever is being erased is waited for
    )
    rows = [_row(*one) for one in found]
    if rows:
        await db.execute(insert_if_absent(db, addresses), rows)


def _row(supporter_id: int, telegram_id: int, created_at: datetime) -> dict[str, object]:
    return row_of(supporter_id, TELEGRAM, str(telegram_id), reachable=True, now=created_at)


_HAS_ONE = exists().where(
    addresses.c.supporter_id == supporters.c.id, addresses.c.channel == TELEGRAM
)
