"""Credit for signatures: given and taken back with them, in the transaction that records them.

What is changed here is changed under the lock of the campaign's totals, in the order that
storage.locks gives.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaign.petition import Petition
from storage import blocks, referral_counts, referral_links, referrals, signatures
from storage.database import Connection
from storage.locks import Countable
from storage.referrals import Referral
from storage.signatures import Signature
from storage.signing_gate import UNKNOWN, Traces


async def signed(
    db: Connection,
    petition: Petition,
    signature: Signature | Countable,
    *,
    now: datetime,
    traces: Traces = UNKNOWN,
) -> int | None:
    """Credit the link a new signer came by, if it is a source or its owner's signature is live.

    Args:
        traces: what there may be of the signer.

    Returns:
        The credited link's id; None if there is none.
    """
    own = came_by = None
    if traces.own_link:
        own = await referral_links.of(db, petition.id, signature.supporter_id, lock=True)
    if traces.came_by:
        came_by = await referrals.of(db, petition.id, signature.supporter_id)
    credited = None
    if came_by is not None:
        week = await _week_of_referrer(db, petition, came_by)
        if came_by.link_kind == "source" or week is not None:
            await referrals.credit(db, petition.id, signature.supporter_id, now, week)
            await _count(db, came_by, own, week, 1)
            credited = came_by.link_id
        elif own is None:  # nobody has come by this signer yet, so the chain may end here
            await referrals.forget(db, petition.id, signature.supporter_id)
    await _count_signer(db, petition, signature, own, 1)
    return credited


async def withdrawn(db: Connection, petition: Petition, before: Countable) -> None:
    """Take back what a signature counted for, now that it is withdrawn."""
    came_by = await _uncount(db, petition, before)
    if came_by is not None:
        await referrals.credit(db, petition.id, before.supporter_id, None, None)


async def held(db: Connection, petition: Petition, signature: Countable) -> None:
    """Take back what a signature counted for, and keep what that was: it does not count for now."""
    came_by = await _uncount(db, petition, signature)
    if came_by is not None:
        await referrals.hold(db, petition.id, signature.supporter_id)


async def restored(db: Connection, petition: Petition, signature: Countable) -> None:
    """Let a signature count for all that it counted for before it was held, and nothing else:
    whatever has become of the one who asked, it is not decided again."""
    own = await referral_links.of(db, petition.id, signature.supporter_id, lock=True)
    came_by = await referrals.of(db, petition.id, signature.supporter_id)
    if came_by is not None and came_by.held_at is not None:
        await referrals.restore(db, petition.id, signature.supporter_id)
        await _count(db, came_by, own, came_by.held_week, 1)
        await referral_links.heard_of_one(db, came_by.link_id)
    await _count_signer(db, petition, signature, own, 1)


async def link_of(db: Connection, signature: Countable) -> int | None:
    """The number of the link that has a signature to its credit, if one has."""
    came_by = await referrals.of(db, signature.campaign_id, signature.supporter_id)
    return came_by.link_id if came_by is not None and came_by.credited_at is not None else None


async def taken_out(db: Connection, petition: Petition, signature: Countable) -> None:
    """Take a signature out of all figures for a moment; that it is credited stays noted, so take
    the note away before another of the campaign is taken out."""
    await _uncount(db, petition, signature)


async def put_back(db: Connection, petition: Petition, signature: Countable) -> None:
    """Let a signature count for what is noted, after `taken_out`."""
    own = await referral_links.of(db, petition.id, signature.supporter_id)
    came_by = await referrals.of(db, petition.id, signature.supporter_id)
    if came_by is not None and came_by.credited_at is not None:
        await _count(db, came_by, own, came_by.week, 1)
    await _count_signer(db, petition, signature, own, 1)


def monday_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week (ISO 8601) of a moment, where the campaign is."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


async def _week_of_referrer(db: Connection, petition: Petition, came_by: Referral) -> date | None:
    """When the one who asked has signed; None if no live signature of theirs is there."""
    if came_by.referrer_id is None:
        return None
    theirs = await signatures.of(db, petition.id, came_by.referrer_id)
    if theirs is None or theirs.status != "live":
        return None
    if await blocks.is_blocked(db, came_by.referrer_id, petition.id):
        return None
    return monday_of(theirs.signed_at, petition.zone)


async def _uncount(db: Connection, petition: Petition, before: Countable) -> Referral | None:
    """Take a signature out of all figures; gives the referral it was credited by, if any."""
    own = await referral_links.of(db, petition.id, before.supporter_id, lock=True)
    came_by = await referrals.of(db, petition.id, before.supporter_id)
    credited = came_by if came_by is not None and came_by.credited_at is not None else None
    if credited is not None:
        await _count(db, credited, own, credited.week, -1)
    await _count_signer(db, petition, before, own, -1)
    return credited


async def _count_signer(
    db: Connection,
    petition: Petition,
    signature: Signature | Countable,
    own: referral_links.Link | None,
    more: int,
) -> None:
    if own is not None and own.shared_at is not None:
        await referral_counts.count(db, petition.id, shared=more)
    monday = monday_of(signature.signed_at, petition.zone)
    await referral_counts.count_week(db, petition.id, monday, signers=more)


async def _count(
    db: Connection,
    came_by: Referral,
    own: referral_links.Link | None,
    week: date | None,
    more: int,
) -> None:
    await referral_links.count(
        db,
        came_by.link_id,
        signatures=more,
        shared=more if own is not None and own.shared_at is not None else 0,
        friends=more * own.signatures if own is not None else 0,
    )
    friends = 0
    if came_by.referrer_id is not None:
        friends = more
        above = await referrals.of(db, came_by.campaign_id, came_by.referrer_id)
        if above is not None and above.credited_at is not None:
            await referral_links.count(db, above.link_id, friends=more)
        await referral_counts.count_generations(db, came_by.campaign_id, came_by.link_id, more)
    await referral_counts.count(db, came_by.campaign_id, signatures=more, friends=friends)
    if week is not None:
        await referral_counts.count_week(db, came_by.campaign_id, week, friends=more)
