"""Who agreed, under which campaign, to hear of others: kept beside the ledger of consents, which
proves it.

The words agreed to name who may write, so a consent serves the campaigns of the same controllers
alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, delete, exists, func, select

from storage.database import Connection
from storage.inserting import insert_if_absent
from storage.tables import campaigns, consents, signatures
from storage.tables import other_campaigns as table

PURPOSE = "other_campaigns"

_END = delete(table).where(
    table.c.campaign_id == bindparam("campaign"), table.c.supporter_id == bindparam("supporter")
)


def others_of(campaign_id: Any) -> ScalarSelect[int]:
    """The other campaigns of the same controllers, for a query.

    Args:
        campaign_id: a number, or a bound parameter.
    """
    this, other = campaigns.alias("announced"), campaigns.alias("of_the_same")
    return (
        select(other.c.id)
        .join(this, this.c.controllers_key == other.c.controllers_key)
        .where(this.c.id == campaign_id, other.c.id != campaign_id)
        .scalar_subquery()
    )


def hears_of(supporter_id: ColumnElement[int], campaign_id: Any) -> ColumnElement[bool]:
    """Whether a person agreed to hear of this campaign under another one, for a query."""
    return exists().where(
        table.c.supporter_id == supporter_id, table.c.campaign_id.in_(others_of(campaign_id))
    )


def never_signed(supporter_id: ColumnElement[int], campaign_id: Any) -> ColumnElement[bool]:
    """Whether a person has not signed this campaign; nor taken their name off it, for a query."""
    return ~exists().where(
        signatures.c.campaign_id == campaign_id, signatures.c.supporter_id == supporter_id
    )


async def put(
    db: Connection, campaign_id: int, supporter_id: int, *, hears: bool, now: datetime
) -> None:
    """Keep the person's latest choice under this campaign. `now` is UTC."""
    if hears:
        await db.execute(
            insert_if_absent(db, table),
            {"campaign_id": campaign_id, "supporter_id": supporter_id, "since": now},
        )
    else:
        await db.execute(_END, {"campaign": campaign_id, "supporter": supporter_id})


async def agreed_under(
    db: Connection, supporter_id: int, campaign_id: int | None = None
) -> list[int]:
    """The campaigns under which the person agreed to hear of others.

    Args:
        campaign_id: only this one and others of the same controllers; None for all.
    """
    query = select(table.c.campaign_id).where(table.c.supporter_id == supporter_id)
    if campaign_id is not None:
        query = query.where(
            (table.c.campaign_id == campaign_id) | table.c.campaign_id.in_(others_of(campaign_id))
        )
    return list(await db.scalars(query.order_by(table.c.campaign_id)))


async def has_others(db: Connection, campaign_id: int) -> bool:
    """Whether there is another campaign of the same controllers."""
    return bool(
        await db.scalar(select(func.count()).where(campaigns.c.id.in_(others_of(campaign_id))))
    )


async def recount(db: Connection, campaign_id: int) -> set[int]:
    """Who agreed under this campaign, by the ledger alone."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.purpose == PURPOSE, consents.c.campaign_id == campaign_id)
        .group_by(consents.c.supporter_id)
    )
    return set(
        await db.scalars(
            select(consents.c.supporter_id).where(consents.c.id.in_(newest), consents.c.granted)
        )
    )


async def all_of(db: Connection, campaign_id: int) -> set[int]:
    """Who is kept as having agreed under this campaign."""
    return set(
        await db.scalars(select(table.c.supporter_id).where(table.c.campaign_id == campaign_id))
    )
