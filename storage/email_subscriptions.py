"""Who hears of which campaign by email: kept beside the ledger of consents, which proves it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, literal, select

from storage import consent_mirror
from storage.addresses import EMAIL, Address, by_id
from storage.database import Connection
from storage.tables import addresses
from storage.tables import email_subscriptions as table

PURPOSE = "updates_email"

NEWEST_FIRST = (addresses.c.verified_at.desc(), addresses.c.id.desc())
"""Of several addresses that a person can be written to at, the one that was proved last is it."""


def reaches(supporter_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether there is an address that a person can be written to at, for a query."""
    return exists().where(has_address(supporter_id))


def has_address(supporter_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a row of `addresses` is one that a person can be written to at, for a join."""
    return and_(
        addresses.c.supporter_id == supporter_id,
        addresses.c.channel == EMAIL,
        addresses.c.verified_at.is_not(None),
        addresses.c.reachable,
    )


async def written_to(db: Connection, supporter_id: int) -> Address | None:
    """Where a person is written to by email; None if nowhere."""
    found = await db.scalar(
        select(addresses.c.id)
        .where(has_address(literal(supporter_id)))
        .order_by(*NEWEST_FIRST)
        .limit(1)
    )
    return await by_id(db, found) if found is not None else None


async def upsert(
    db: Connection, campaign_id: int, supporter_id: int, *, hears: bool, now: datetime
) -> None:
    """Keep the person's latest choice. `now` is UTC."""
    await consent_mirror.upsert(db, table, campaign_id, supporter_id, agrees=hears, now=now)


async def of_supporter(db: Connection, supporter_id: int) -> set[int]:
    """The campaigns of which the person hears by email."""
    return set(
        await db.scalars(select(table.c.campaign_id).where(table.c.supporter_id == supporter_id))
    )


async def recount(db: Connection, campaign_id: int) -> set[int]:
    """Who hears by email by the ledger alone."""
    return await consent_mirror.recount(db, PURPOSE, campaign_id)


async def all_of(db: Connection, campaign_id: int) -> set[int]:
    """Who is kept as hearing by email."""
    return await consent_mirror.all_of(db, table, campaign_id)
