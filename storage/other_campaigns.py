"""Who agreed, under which campaign, to hear of others: kept beside the ledger of consents, which
proves it.

The words agreed to name who may write, so a consent serves the campaigns of the same controllers
alone.
"""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, exists, func, select

from storage import consent_mirror
from storage.database import Connection
from storage.tables import campaigns, signatures
from storage.tables import other_campaigns as table

PURPOSE = "other_campaigns"

CampaignId = int | BindParameter[int]
"""A number, or a parameter of the query that it is put into."""


def others_of(campaign_id: CampaignId) -> ScalarSelect[int]:
    """The other campaigns of the same controllers, for a query."""
    this, other = campaigns.alias("announced"), campaigns.alias("of_the_same")
    return (
        select(other.c.id)
        .join(this, this.c.controllers_key == other.c.controllers_key)
        .where(this.c.id == campaign_id, other.c.id != campaign_id)
        .scalar_subquery()
    )


def hears_of(supporter_id: ColumnElement[int], campaign_id: CampaignId) -> ColumnElement[bool]:
    """Whether a person agreed to hear of this campaign under another one, for a query."""
    return exists().where(
        table.c.supporter_id == supporter_id, table.c.campaign_id.in_(others_of(campaign_id))
    )


def never_signed(supporter_id: ColumnElement[int], campaign_id: CampaignId) -> ColumnElement[bool]:
    """Whether a person has not signed this campaign; nor taken their name off it, for a query."""
    return ~exists().where(
        signatures.c.campaign_id == campaign_id, signatures.c.supporter_id == supporter_id
    )


async def upsert(
    db: Connection, campaign_id: int, supporter_id: int, *, hears: bool, now: datetime
) -> None:
    """Keep the person's latest choice under this campaign. `now` is UTC."""
    await consent_mirror.upsert(db, table, campaign_id, supporter_id, agrees=hears, now=now)


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
    return await consent_mirror.recount(db, PURPOSE, campaign_id)


async def all_of(db: Connection, campaign_id: int) -> set[int]:
    """Who is kept as having agreed under this campaign."""
    return await consent_mirror.all_of(db, table, campaign_id)
