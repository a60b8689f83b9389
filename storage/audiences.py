"""Finding the people a broadcast is for, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from storage.database import Connection
from storage.tables import (
    muted_kinds,
    referral_links,
    referrals,
    signatures,
    subscriptions,
    supporters,
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is to hear: always people who chose to hear updates of that kind and can be reached.

    Attributes:
        who: all of them, or only those who have signed, or have not.
        languages: people whose chosen or Telegram language is one of these; all if empty.
        areas: postcode areas, the letters before the first figure ("SW", "E"); all if empty.
        signed_after, signed_before: UTC.
        referred: only people who have (True) or have not (False) brought somebody.
        source_id: only people who came by this link.
    """

    who: Literal["everyone", "signers", "not_signed"] = "everyone"
    languages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    signed_after: datetime | None = None
    signed_before: datetime | None = None
    referred: bool | None = None
    source_id: int | None = None


async def count(db: Connection, campaign_id: int, kind: str, audience: Audience) -> int:
    """How many would get an update of this kind now."""
    found = _select(campaign_id, kind, audience).subquery()
    return await db.scalar(select(func.count()).select_from(found)) or 0


async def page(
    db: Connection, campaign_id: int, kind: str, audience: Audience, *, after: int, limit: int
) -> Sequence[int]:
    """The next supporters in the order of their ids, after this one."""
    rows = await db.scalars(
        _select(campaign_id, kind, audience)
        .where(subscriptions.c.supporter_id > after)
        .order_by(subscriptions.c.supporter_id)
        .limit(limit)
    )
    return rows.all()


def _select(campaign_id: int, kind: str, audience: Audience) -> Select[int]:
    live = and_(
        signatures.c.campaign_id == campaign_id,
        signatures.c.supporter_id == subscriptions.c.supporter_id,
        signatures.c.status == "live",
    )
    has_a_signature = and_(  # who is told that theirs does not count now is not asked to sign
        signatures.c.campaign_id == campaign_id,
        signatures.c.supporter_id == subscriptions.c.supporter_id,
        signatures.c.status != "withdrawn",
    )
    of_signers = [
        condition
        for condition in (
            or_(*(_in_area(area) for area in audience.areas)) if audience.areas else None,
            signatures.c.signed_at >= audience.signed_after if audience.signed_after else None,
            signatures.c.signed_at < audience.signed_before if audience.signed_before else None,
        )
        if condition is not None
    ]
    query = (
        select(subscriptions.c.supporter_id)
        .join(supporters, supporters.c.id == subscriptions.c.supporter_id)
        .where(subscriptions.c.campaign_id == campaign_id, supporters.c.reachable)
        .where(
            ~exists().where(
                muted_kinds.c.campaign_id == campaign_id,
                muted_kinds.c.supporter_id == subscriptions.c.supporter_id,
                muted_kinds.c.kind == kind,
            )
        )
    )
    if audience.who == "signers" or of_signers:
        query = query.where(exists().where(live, *of_signers))
    if audience.who == "not_signed":
        query = query.where(~exists().where(has_a_signature))
    if audience.languages:
        spoken = func.coalesce(supporters.c.language, supporters.c.telegram_language, "")
        query = query.where(
            or_(*(spoken.startswith(code, autoescape=True) for code in audience.languages))
        )
    if audience.referred is not None:
        brought = exists().where(
            referral_links.c.campaign_id == campaign_id,
            referral_links.c.supporter_id == subscriptions.c.supporter_id,
            referral_links.c.signatures > 0,
        )
        query = query.where(brought if audience.referred else ~brought)
    if audience.source_id is not None:
        query = query.where(
            exists().where(
                referrals.c.campaign_id == campaign_id,
                referrals.c.supporter_id == subscriptions.c.supporter_id,
                referrals.c.link_id == audience.source_id,
            )
        )
    return query


def _in_area(area: str) -> ColumnElement[bool]:
    """E is E1 and E17, and neither EC1 nor EH1."""
    beginning = func.substr(signatures.c.postcode, 1, len(area))
    after = func.substr(signatures.c.postcode, len(area) + 1, 1)
    return and_(beginning == area, after.between("0", "9"))
