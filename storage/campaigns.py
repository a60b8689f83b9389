"""Campaigns and their kept totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from storage.database import Connection
from storage.tables import campaign_totals, campaigns, offline_signatures, signatures


@dataclass(frozen=True, slots=True)
class Campaign:
    """One petition and its life.

    Attributes:
        status: "draft", "open" or "closed".
        definition: the campaign file's contents, JSON-safe.
        version: goes up when the definition changes.
        opened_at, closed_at: UTC.
    """

    id: int
    slug: str
    status: str
    goal: int
    definition: dict[str, Any]
    version: int
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many have signed: in the chat, and on paper."""

    live: int
    offline: int

    @property
    def total(self) -> int:
        return self.live + self.offline


_COLUMNS = (
    campaigns.c.id,
    campaigns.c.slug,
    campaigns.c.status,
    campaigns.c.goal,
    campaigns.c.definition,
    campaigns.c.version,
    campaigns.c.opened_at,
    campaigns.c.closed_at,
)
_TOTALS = select(campaign_totals.c.live, campaign_totals.c.offline).where(
    campaign_totals.c.campaign_id == bindparam("wanted")
)


async def put(
    db: Connection,
    *,
    slug: str,
    status: str,
    goal: int,
    definition: dict[str, Any],
    now: datetime,
) -> Campaign:
    """Make the campaign with this slug what is given, new or changed.

    Args:
        now: UTC; becomes opened_at or closed_at when the status changes to that.
    """
    before = await by_slug(db, slug)
    values: dict[str, Any] = {
        "status": status,
        "goal": goal,
        "definition": definition,
        "revision": select(func.coalesce(func.max(campaigns.c.revision), 0) + 1).scalar_subquery(),
    }
    if status == "open" and (before is None or before.status != "open"):
        values |= {"opened_at": now, "closed_at": None}
    if status == "closed" and (before is None or before.status != "closed"):
        values |= {"closed_at": now}
    if before is None:
        made = await db.execute(
            insert(campaigns)
            .values(slug=slug, version=1, created_at=now, **values)
            .returning(campaigns.c.id)
        )
        campaign_id = made.scalar_one()
        await db.execute(
            insert(campaign_totals).values(
                campaign_id=campaign_id, live=0, offline=0, last_number=0
            )
        )
    else:
        campaign_id = before.id
        changed = before.definition != definition
        values |= {"version": before.version + 1 if changed else before.version}
        await db.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(values))
    campaign = await by_id(db, campaign_id)
    assert campaign is not None  # noqa: S101 - it has just been written
    return campaign


async def all(db: Connection) -> list[Campaign]:  # noqa: A001 - reads as campaigns.all
    """Every campaign, oldest first."""
    rows = await db.execute(select(*_COLUMNS).order_by(campaigns.c.id))
    return [Campaign(*row) for row in rows]


async def by_slug(db: Connection, slug: str) -> Campaign | None:
    """The campaign of this name."""
    row = (await db.execute(select(*_COLUMNS).where(campaigns.c.slug == slug))).one_or_none()
    return Campaign(*row) if row else None


async def by_id(db: Connection, campaign_id: int) -> Campaign | None:
    """The campaign of this number."""
    row = (await db.execute(select(*_COLUMNS).where(campaigns.c.id == campaign_id))).one_or_none()
    return Campaign(*row) if row else None


async def changes_token(db: Connection) -> int:
    """A number that goes up whenever any campaign changes."""
    newest: int = await db.scalar(select(func.coalesce(func.max(campaigns.c.revision), 0))) or 0
    return newest


async def totals(db: Connection, campaign_id: int) -> Totals:
    """The kept totals: one row, however many have signed."""
    row = (await db.execute(_TOTALS, {"wanted": campaign_id})).one()
    return Totals(*row)


async def recount(db: Connection, campaign_id: int) -> Totals:
    """The totals counted afresh; always the same as the kept ones."""
    live = select(func.count()).where(
        signatures.c.campaign_id == campaign_id, signatures.c.status == "live"
    )
    offline = select(func.coalesce(func.sum(offline_signatures.c.count), 0)).where(
        offline_signatures.c.campaign_id == campaign_id
    )
    row = (await db.execute(select(live.scalar_subquery(), offline.scalar_subquery()))).one()
    return Totals(int(row[0]), int(row[1]))
