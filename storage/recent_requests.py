"""When something was asked for that there is only so much of: codes by email, one's own data. Kept
by keyed hashes of mailboxes and accounts, so an erasure leaves it as it is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from storage.database import Connection
from storage.tables import recent_requests as table
from storage.upsert import insert_if_absent


async def locked(
    db: Connection, hashes: Collection[str], now: datetime
) -> dict[str, list[datetime]]:
    """When it was asked for under each hash (UTC), locked until the transaction ends.

    Rows are made and locked in the order of the hashes, so two who ask at once never wait for each
    other crosswise.
    """
    ordered = sorted(hashes)
    for one in ordered:
        await db.execute(
            insert_if_absent(db, table), {"hash": one, "asked_at": [], "newest_at": now}
        )
    rows = await db.execute(
        select(table.c.hash, table.c.asked_at)
        .where(table.c.hash.in_(ordered))
        .order_by(table.c.hash)
        .with_for_update()
    )
    return {hash_: [datetime.fromisoformat(at) for at in asked] for hash_, asked in rows}


async def keep(db: Connection, asked: Mapping[str, Sequence[datetime]], now: datetime) -> None:
    """Keep when it was asked for under each hash."""
    for hash_, moments in asked.items():
        await db.execute(
            update(table)
            .where(table.c.hash == hash_)
            .values(asked_at=[at.isoformat() for at in moments], newest_at=now)
        )


async def drop_before(db: Connection, moment: datetime) -> None:
    """Forget those under which nobody has asked since."""
    await db.execute(delete(table).where(table.c.newest_at < moment))
