"""The ledger of consents: who agreed to what, when, how, and to which exact wording.

Rows are only added (GDPR Art. 7(1): the controller shall be able to demonstrate consent).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from storage import email_subscriptions, other_campaigns, subscriptions
from storage.database import Connection
from storage.tables import consents

ONE_KIND = "updates:"


@dataclass(frozen=True, slots=True)
class NewConsent:
    """One choice.

    Attributes:
        purpose: "sign", "updates", one kind of updates as in "updates:news", "updates_email", or
            "other_campaigns".
        granted: False for a refusal or a withdrawal.
        wording_id: the text it was made under; None where no text was shown.
        method: "button" or "command"; "asked by email on 2009-11-26" where the office has done it;
            "retention" for what ends by itself.
        at: UTC.
    """

    supporter_id: int
    campaign_id: int | None
    purpose: str
    granted: bool
    wording_id: int | None
    method: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """One choice, as it stands in the ledger."""

    id: int
    supporter_id: int
    campaign_id: int | None
    purpose: str
    granted: bool
    wording_id: int | None
    method: str
    at: datetime


_COLUMNS = tuple(consents.c[name] for name in Consent.__slots__)
_APPEND = insert(consents)


async def append(
    db: Connection, entries: Sequence[NewConsent], *, never_agreed: Collection[str] = ()
) -> None:
    """Write choices into the ledger, in their order, and keep who hears what now.

    Args:
        never_agreed: purposes of which a refusal ends nothing.
    """
    if entries:
        await db.execute(_APPEND, [_row(entry) for entry in entries])
    for entry in entries:
        if not entry.granted and entry.purpose in never_agreed:
            continue
        if entry.purpose == "updates" and entry.campaign_id is not None:
            await subscriptions.upsert(
                db, entry.campaign_id, entry.supporter_id, hears=entry.granted, now=entry.at
            )
        if entry.purpose == email_subscriptions.PURPOSE and entry.campaign_id is not None:
            await email_subscriptions.upsert(
                db, entry.campaign_id, entry.supporter_id, hears=entry.granted, now=entry.at
            )
        if entry.purpose == other_campaigns.PURPOSE and entry.campaign_id is not None:
            await other_campaigns.upsert(
                db, entry.campaign_id, entry.supporter_id, hears=entry.granted, now=entry.at
            )
        if entry.purpose.startswith(ONE_KIND) and entry.campaign_id is not None:
            kind, muted = entry.purpose.removeprefix(ONE_KIND), not entry.granted
            await subscriptions.mute(
                db, entry.campaign_id, entry.supporter_id, kind, muted=muted, now=entry.at
            )


def _row(entry: NewConsent) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in NewConsent.__slots__}


async def by_other_words(db: Connection, campaign_id: int, asked_now: Collection[int]) -> int:
    """How many hear the campaign's updates by other wordings than these. It walks all of them."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.campaign_id == campaign_id, consents.c.purpose == "updates")
        .group_by(consents.c.supporter_id)
    )
    found = await db.scalar(
        select(func.count()).where(
            consents.c.id.in_(newest),
            consents.c.granted,
            consents.c.wording_id.is_(None) | consents.c.wording_id.not_in(asked_now),
        )
    )
    return int(found or 0)


async def current(db: Connection, supporter_id: int, campaign_id: int) -> dict[str, Consent]:
    """The person's latest choice of each purpose about this campaign."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.supporter_id == supporter_id, consents.c.campaign_id == campaign_id)
        .group_by(consents.c.purpose)
    )
    rows = await db.execute(select(*_COLUMNS).where(consents.c.id.in_(newest)))
    return {row.purpose: Consent(*row) for row in rows}


async def every_current(db: Connection, supporter_id: int) -> list[Consent]:
    """The person's latest choice of each purpose about each campaign, oldest first."""
    newest = (
        select(func.max(consents.c.id))
        .where(consents.c.supporter_id == supporter_id)
        .group_by(consents.c.campaign_id, consents.c.purpose)
    )
    rows = await db.execute(
        select(*_COLUMNS).where(consents.c.id.in_(newest)).order_by(consents.c.id)
    )
    return [Consent(*row) for row in rows]
