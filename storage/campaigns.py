"""Campaigns and their kept totals."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from storage.database import Connection
from storage.tables import campaign_totals, campaigns, offline_signatures, signatures
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Campaign:
    """One petition and its life.

    Attributes:
        status: "draft", "open" or "closed".
        definition: the campaign file's contents, JSON-safe.
        version: goes up when the definition changes.
        opened_at, closed_at: UTC.
        closes_at: when signing ends by itself, UTC; None if it does not.
        milestone_at: the highest total up to which milestones have been looked for.
    """

    id: int
    slug: str
    status: str
    goal: int
    definition: dict[str, Any]
    version: int
    opened_at: datetime | None
    closed_at: datetime | None
    milestone_at: int = 0
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many have signed: in the chat, and on paper."""

    live: int
    offline: int

    @property
    def total(self) -> int:
        return self.live + self.offline


_COLUMNS = tuple(campaigns.c[name] for name in Campaign.__slots__)
_LOCKED = select(*_COLUMNS).where(campaigns.c.slug == bindparam("wanted")).with_for_update()
_REVISIONS = select(func.coalesce(func.sum(campaigns.c.revision), 0))
_BY_ID = select(*_COLUMNS).where(campaigns.c.id == bindparam("wanted"))
_APPROVAL_ABOVE = select(campaigns.c.definition["approval_above"].as_integer()).where(
    campaigns.c.id == bindparam("wanted")
)
_TOTALS = select(campaign_totals.c.live, campaign_totals.c.offline).where(
    campaign_totals.c.campaign_id == bindparam("wanted")
)


async def upsert(
    db: Connection,
    *,
    slug: str,
    status: str,
    goal: int,
    definition: dict[str, Any],
    closes_at: datetime | None = None,
    now: datetime,
) -> Campaign:
    """Make the campaign with this slug what is given, new or changed.

    One whose end has come cannot be open. It closed then if that end was known before, and
    otherwise now: an end that is put into the past by mistake makes no data old.

    Args:
        closes_at: UTC.
        now: UTC; becomes opened_at or closed_at when the status changes to that.
    """
    is_over = closes_at is not None and closes_at <= now
    if status == "open" and is_over:
        status = "closed"
    found = (await db.execute(_LOCKED, {"wanted": slug})).one_or_none()
    if found is None:
        await _add(db, slug, status, goal, definition, now)
        found = (await db.execute(_LOCKED, {"wanted": slug})).one()
    before = Campaign(*found)
    values: dict[str, Any] = {
        "status": status,
        "goal": goal,
        "definition": definition,
        "controllers_key": controllers_key(definition),
        "closes_at": closes_at,
        "version": before.version + (before.definition != definition),
        "revision": campaigns.c.revision + 1,
    }
    if status == "open" and (before.status != "open" or before.opened_at is None):
        values |= {"opened_at": now, "closed_at": None}
    if status == "closed" and (before.status != "closed" or before.closed_at is None):
        known = is_over and before.closes_at == closes_at
        values |= {"closed_at": closes_at if known else now}
    await db.execute(update(campaigns).where(campaigns.c.id == before.id).values(values))
    return Campaign(*(await db.execute(_LOCKED, {"wanted": slug})).one())


async def close(db: Connection, campaign_id: int, now: datetime) -> bool:
    """End signing, as a changed definition would; False if it was not open. `now` is UTC."""
    wanted = select(*_COLUMNS).where(campaigns.c.id == campaign_id).with_for_update()
    before = Campaign(*(await db.execute(wanted)).one())
    if before.status != "open":
        return False
    definition = {**before.definition, "status": "closed"}
    await upsert(
        db,
        slug=before.slug,
        status="closed",
        goal=before.goal,
        definition=definition,
        closes_at=before.closes_at,
        now=now,
    )
    return True


async def over(db: Connection, now: datetime) -> list[int]:
    """Open campaigns whose end has come by now (UTC), by number."""
    rows = await db.scalars(
        select(campaigns.c.id)
        .where(campaigns.c.status == "open", campaigns.c.closes_at <= now)
        .order_by(campaigns.c.id)
    )
    return list(rows)


def controllers_key(definition: Mapping[str, Any]) -> str | None:
    """The same for campaigns whose data the same organisations answer for, in any order; None if
    nobody is named."""
    named = definition.get("controllers") or ()
    return json.dumps(sorted(named), ensure_ascii=False) if named else None


async def _add(
    db: Connection, slug: str, status: str, goal: int, definition: dict[str, Any], now: datetime
) -> None:
    """Make the campaign, unless another process is just doing the same."""
    made = await db.execute(
        insert_if_absent(db, campaigns)
        .values(
            slug=slug,
            status=status,
            goal=goal,
            definition=definition,
            version=1,
            revision=0,
            created_at=now,
        )
        .returning(campaigns.c.id)
    )
    campaign_id = made.scalar_one_or_none()
    if campaign_id is not None:
        await db.execute(
            insert(campaign_totals).values(
                campaign_id=campaign_id, live=0, offline=0, last_number=0
            )
        )


async def all(db: Connection) -> list[Campaign]:  # noqa: A001 - reads as campaigns.all
    """Every campaign, oldest first."""
    rows = await db.execute(select(*_COLUMNS).order_by(campaigns.c.id))
    return [Campaign(*row) for row in rows]


async def by_slug(db: Connection, slug: str) -> Campaign | None:
    """The campaign of this name."""
    row = (await db.execute(select(*_COLUMNS).where(campaigns.c.slug == slug))).one_or_none()
    return Campaign(*row) if row else None


async def locked(db: Connection, slug: str) -> Campaign | None:
    """The campaign of this name, which nobody else changes until the transaction ends."""
    row = (await db.execute(_LOCKED, {"wanted": slug})).one_or_none()
    return Campaign(*row) if row else None


async def by_id(db: Connection, campaign_id: int) -> Campaign | None:
    """The campaign of this number."""
    row = (await db.execute(_BY_ID, {"wanted": campaign_id})).one_or_none()
    return Campaign(*row) if row else None


async def approval_above(db: Connection, campaign_id: int) -> int:
    """Above how many readers somebody else has to agree to an update; 0 for never."""
    return await db.scalar(_APPROVAL_ABOVE, {"wanted": campaign_id}) or 0


async def changes_token(db: Connection) -> int:
    """A number that goes up whenever any campaign changes.

    The sum of each one's own: two that change at once both count, whichever is committed first.
    """
    return int(await db.scalar(_REVISIONS) or 0)


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


async def changed_at(db: Connection, campaign_id: int) -> datetime | None:
    """When somebody last signed or withdrew, or paper was counted (UTC); None if never."""
    moment: datetime | None = await db.scalar(
        select(campaign_totals.c.changed_at).where(campaign_totals.c.campaign_id == campaign_id)
    )
    return moment
