"""Who came by which link: the first one a person opens in a campaign is kept for ever."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import CTE, Select, bindparam, delete, func, literal, select, update

from storage.database import Connection
from storage.tables import former_links, referral_links, referral_opens, referrals, signatures
from storage.upsert import insert_if_absent, insert_if_absent_on

LONGEST_CHAIN = 64


@dataclass(frozen=True, slots=True)
class Referral:
    """A person, the link they came by, and whether it has their signature to its credit.

    Attributes:
        started_at, credited_at: UTC; credited_at is None while there is no live signature.
        week: the Monday of the week in which the referrer had signed, while it is credited.
        held_at, held_week: the same, while the signature does not count for now.
        link_kind: "person" or "source".
        referrer_id: whose link it is; None for a source.
    """

    campaign_id: int
    supporter_id: int
    link_id: int
    started_at: datetime | None
    credited_at: datetime | None
    week: date | None
    held_at: datetime | None
    held_week: date | None
    link_kind: str
    referrer_id: int | None


_OF: Select[*tuple[Any, ...]] = (
    select(
        referrals.c.campaign_id,
        referrals.c.supporter_id,
        referrals.c.link_id,
        referrals.c.started_at,
        referrals.c.credited_at,
        referrals.c.week,
        referrals.c.held_at,
        referrals.c.held_week,
        referral_links.c.kind,
        referral_links.c.supporter_id,
    )
    .join(referral_links, referral_links.c.id == referrals.c.link_id)
    .where(
        referrals.c.campaign_id == bindparam("campaign"),
        referrals.c.supporter_id == bindparam("supporter"),
    )
)
_MINE = (referrals.c.campaign_id == bindparam("campaign")) & (
    referrals.c.supporter_id == bindparam("supporter")
)
_NOT_STARTED = (
    select(referrals.c.link_id, referral_links.c.kind)
    .join(referral_links, referral_links.c.id == referrals.c.link_id)
    .where(_MINE, referrals.c.started_at.is_(None))
)
_START = (
    update(referrals)
    .where(_MINE, referrals.c.started_at.is_(None))
    .values(started_at=bindparam("now"))
    .returning(referrals.c.link_id)
)
_CREDIT = (
    update(referrals).where(_MINE).values(credited_at=bindparam("at"), week=bindparam("monday"))
)
_HOLD = (
    update(referrals)
    .where(_MINE)
    .values(
        held_at=referrals.c.credited_at, held_week=referrals.c.week, credited_at=None, week=None
    )
)
_RESTORE = (
    update(referrals)
    .where(_MINE)
    .values(
        credited_at=referrals.c.held_at, week=referrals.c.held_week, held_at=None, held_week=None
    )
)
_DROP = update(referrals).where(_MINE).values(held_at=None, held_week=None)
_FORGET = delete(referrals).where(_MINE)
_EVER_SIGNED = select(literal(1)).where(
    signatures.c.campaign_id == bindparam("campaign"),
    signatures.c.supporter_id == bindparam("supporter"),
)


def _chain() -> CTE:
    step = (
        select(referral_links.c.id, referral_links.c.supporter_id, literal(1).label("generation"))
        .where(referral_links.c.id == bindparam("link"))
        .cte("chain", recursive=True)
    )
    above = referral_links.alias("above")
    return step.union_all(
        select(above.c.id, above.c.supporter_id, step.c.generation + 1)
        .join(
            referrals,
            (referrals.c.campaign_id == bindparam("campaign"))
            & (referrals.c.supporter_id == step.c.supporter_id),
        )
        .join(above, (above.c.id == referrals.c.link_id) & (above.c.kind == "person"))
        .where(step.c.generation < LONGEST_CHAIN)
    )


CHAIN = _chain()
"""A personal `link` of a `campaign` is generation 1, the one by which its owner came is 2, and so
on: at most LONGEST_CHAIN of them."""


async def of(db: Connection, campaign_id: int, supporter_id: int) -> Referral | None:
    """How the person came to this petition; None if by no link that counts."""
    given = {"campaign": campaign_id, "supporter": supporter_id}
    row = (await db.execute(_OF, given)).one_or_none()
    return Referral(*row) if row else None


async def open_once(db: Connection, link_id: int, supporter_id: int, now: datetime) -> bool:
    """Note that the person has opened the link; False if they had before."""
    made = await db.execute(
        insert_if_absent(db, referral_opens, referral_opens.c.link_id),
        {"link_id": link_id, "supporter_id": supporter_id, "opened_at": now},
    )
    return made.scalar_one_or_none() is not None


async def claim(
    db: Connection, campaign_id: int, supporter_id: int, link_id: int, now: datetime
) -> bool:
    """Let the link be the one the person came by; False if there is one, or they have signed."""
    given = {"campaign": campaign_id, "supporter": supporter_id}
    if await db.scalar(_EVER_SIGNED, given) is not None:
        return False
    made = await db.execute(_claim(db.dialect.name), {**given, "link": link_id, "now": now})
    return made.scalar_one_or_none() is not None


@cache
def _claim(engine: str) -> Any:
    """The link may have become another one a moment ago; see storage.joining_links."""
    link = (
        select(func.coalesce(former_links.c.now_id, referral_links.c.id))
        .outerjoin(former_links, former_links.c.link_id == referral_links.c.id)
        .where(referral_links.c.id == bindparam("link"))
        .scalar_subquery()
    )
    return insert_if_absent_on(engine, referrals, referrals.c.link_id).values(
        campaign_id=bindparam("campaign"),
        supporter_id=bindparam("supporter"),
        link_id=link,
        opened_at=bindparam("now"),
    )


async def not_started(
    db: Connection, campaign_id: int, supporter_id: int
) -> tuple[int, str] | None:
    """The link by which a person has come who has not begun to sign, and its kind."""
    given = {"campaign": campaign_id, "supporter": supporter_id}
    row = (await db.execute(_NOT_STARTED, given)).one_or_none()
    return None if row is None else (row.link_id, row.kind)


async def start(db: Connection, campaign_id: int, supporter_id: int, now: datetime) -> int | None:
    """Note that the person has begun to sign; gives the link, the first time only."""
    given = {"campaign": campaign_id, "supporter": supporter_id, "now": now}
    link_id: int | None = (await db.execute(_START, given)).scalar_one_or_none()
    return link_id


async def credit(
    db: Connection, campaign_id: int, supporter_id: int, at: datetime | None, week: date | None
) -> None:
    """Give the person's link credit for their signature (`at`, UTC), or take it back (None)."""
    given = {"campaign": campaign_id, "supporter": supporter_id}
    await db.execute(_CREDIT, {**given, "at": at, "monday": week})


async def hold(db: Connection, campaign_id: int, supporter_id: int) -> None:
    """Take the credit back for now, and keep what it was."""
    await db.execute(_HOLD, {"campaign": campaign_id, "supporter": supporter_id})


async def restore(db: Connection, campaign_id: int, supporter_id: int) -> None:
    """Give the credit that was held."""
    await db.execute(_RESTORE, {"campaign": campaign_id, "supporter": supporter_id})


async def drop_held(db: Connection, campaign_id: int, supporter_id: int) -> None:
    """Keep no longer what the credit was."""
    await db.execute(_DROP, {"campaign": campaign_id, "supporter": supporter_id})


async def forget(db: Connection, campaign_id: int, supporter_id: int) -> None:
    """Let the person have come by no link."""
    await db.execute(_FORGET, {"campaign": campaign_id, "supporter": supporter_id})
