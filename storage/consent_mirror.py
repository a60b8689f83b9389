"""Who has agreed to something now: tables kept beside the ledger of consents, which proves it."""

from datetime import datetime
from functools import cache

from sqlalchemy import Delete, Table, bindparam, delete, func, select

from storage.database import Connection
from storage.tables import consents
from storage.upsert import insert_if_absent


async def upsert(
    db: Connection,
    table: Table,
    campaign_id: int,
    supporter_id: int,
    *,
    agrees: bool,
    now: datetime,
) -> None:
    """Keep the person's latest choice about this campaign. `now` is UTC."""
    if agrees:
        await db.execute(
            insert_if_absent(db, table),
            {"campaign_id": campaign_id, "supporter_id": supporter_id, "since": now},
        )
        return
    await db.execute(_end(table), {"campaign": campaign_id, "supporter": supporter_id})


@cache
def _end(table: Table) -> Delete:
    return delete(table).where(
        table.c.campaign_id == bindparam("campaign"),
        table.c.supporter_id == bindparam("supporter"),
    )


async def recount(db: Connection, purpose: str, campaign_id: int) -> set[int]:
    """Who agrees by the ledger alone."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.purpose == purpose, consents.c.campaign_id == campaign_id)
        .group_by(consents.c.supporter_id)
    )
    return set(
        await db.scalars(
            select(consents.c.supporter_id).where(consents.c.id.in_(newest), consents.c.granted)
        )
    )


async def all_of(db: Connection, table: Table, campaign_id: int) -> set[int]:
    """Who is kept as agreeing."""
    return set(
        await db.scalars(select(table.c.supporter_id).where(table.c.campaign_id == campaign_id))
    )
