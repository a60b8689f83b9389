"""What decides whether a signature may count, and what there is of its signer, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, Table, bindparam, exists, or_, select

from storage.database import Connection
from storage.tables import (
    blocks,
    campaigns,
    erased_signers,
    handins,
    other_campaigns,
    referral_links,
    referrals,
    subscriptions,
)


class Refused(Exception):
    """Under the lock, the campaign was found closed or the account blocked; nothing is recorded.

    Attributes:
        blocked: whether it is the account.
    """

    def __init__(self, *, blocked: bool) -> None:
        super().__init__("blocked" if blocked else "closed")
        self.blocked = blocked


@dataclass(frozen=True, slots=True)
class Traces:
    """What there may be of a signer in a campaign: what is False need not be read, nor be ended.

    Attributes:
        erased: that they have been erased, kept under one of the hashes.
        updates, other_campaigns: that they have agreed to hear of them.
        own_link: their referral link.
        came_by: the link by which they have come.
    """

    erased: bool = True
    updates: bool = True
    other_campaigns: bool = True
    own_link: bool = True
    came_by: bool = True


UNKNOWN = Traces()


def is_blocked() -> Exists:
    """Whether an account (:supporter) is blocked in a campaign (:campaign) or in all, for a
    query."""
    return exists().where(
        blocks.c.supporter_id == bindparam("supporter"),
        or_(blocks.c.campaign_id == bindparam("campaign"), blocks.c.campaign_id.is_(None)),
    )


def is_erased() -> Exists:
    """Whether something is kept under either hash (:account, :proof) in a campaign (:campaign)."""
    return exists().where(
        erased_signers.c.campaign_id == bindparam("campaign"),
        erased_signers.c.hash.in_((bindparam("account"), bindparam("proof"))),
    )


def _theirs(table: Table) -> ColumnElement[bool]:
    return exists().where(
        table.c.campaign_id == bindparam("campaign"),
        table.c.supporter_id == bindparam("supporter"),
    )


_GATE = select(
    campaigns.c.status,
    campaigns.c.closes_at,
    campaigns.c.closed_at,
    exists().where(handins.c.campaign_id == bindparam("campaign"), handins.c.state == "held"),
    is_blocked(),
    is_erased(),
    *(_theirs(table) for table in (subscriptions, other_campaigns, referral_links, referrals)),
).where(campaigns.c.id == bindparam("campaign"))


async def may_count(
    db: Connection,
    campaign_id: int,
    supporter_id: int,
    *,
    at: datetime,
    dated: bool = False,
    hashes: tuple[str, str] = ("", ""),
) -> Traces:
    """Whether a signature may begin to count. Call it under the lock of the campaign's totals: a
    hand-in that ends signing holds it.

    Args:
        at: when the signer did what lets it count, UTC.
        dated: whether that is known: Telegram says so, or it came then. It counts although signing
            has ended by itself since, unless the petition has been handed in.
        hashes: of the account and of what else proves who they are; see storage.erased_signers.

    Raises:
        Refused: it may not.
    """
    account, proof = hashes
    given = {"campaign": campaign_id, "supporter": supporter_id}
    found = await db.execute(_GATE, {**given, "account": account, "proof": proof})
    status, closes_at, closed_at, handed_in, blocked, *traces = found.one()
    in_time = closes_at is None or at < closes_at
    ended_since = status == "closed" and closed_at == closes_at and not handed_in
    is_open = in_time and (status == "open" or (dated and ended_since))
    if not is_open or blocked:
        raise Refused(blocked=is_open)
    return Traces(*traces)
