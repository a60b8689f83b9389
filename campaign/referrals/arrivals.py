"""People who come by a link: it is counted, and the first one of each person is remembered."""

from dataclasses import dataclass
from datetime import datetime

from campaign.petition import Petition
from campaign.referrals.links import share_first
from storage import (
    blocks,
    locks,
    referral_counts,
    referral_links,
    referrals,
    signatures,
    supporters,
)
from storage.database import Connection
from storage.referral_links import Link
from storage.supporters import Supporter


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a person has come.

    Attributes:
        claimed: whether this link is the one that counts if the person signs.
        friend_of: the first name of who asked, if that person lets friends read it.
    """

    claimed: bool
    friend_of: str | None = None


async def arrive(
    db: Connection, petition: Petition, link: Link, supporter: Supporter, *, now: datetime
) -> Arrival:
    """A person has opened a link of this petition.

    The first link counts. Its owner's own visits do not, nor does anybody count who has ever signed
    the petition; and a link whose owner is no signer now is no more than a way in.
    """
    if link.supporter_id == supporter.id:
        return Arrival(claimed=False)
    if link.shared_at is None:
        await locks.totals(db, petition.id)  # before the row that refers to the link
    if link.kind == "person":
        now_is = await referral_links.lock(db, link.id)  # its owner may just be joined
        if now_is is None:
            return Arrival(claimed=False)
        link = now_is
    if await referrals.open_once(db, link.id, supporter.id, now):
        await share_first(db, link, now=now)
        await referral_links.count(db, link.id, opens=1)
        await referral_counts.count(db, petition.id, opens=1)
    if not await _gives_credit(db, link):
        return Arrival(claimed=False)
    if not await _claim(db, link, supporter, now):
        return Arrival(claimed=False)
    return Arrival(claimed=True, friend_of=await _name_shown(db, link))


async def began(db: Connection, petition: Petition, supporter: Supporter, *, now: datetime) -> None:
    """A person begins to sign: counted once for the link they came by, if any."""
    came_by = await referrals.not_started(db, petition.id, supporter.id)
    if came_by is None:
        return
    link_id, kind = came_by
    if kind == "person":
        await referral_links.lock(db, link_id)
    started = await referrals.start(db, petition.id, supporter.id, now)
    if started is not None:
        await referral_links.count(db, started, starts=1)
        await referral_counts.count(db, petition.id, starts=1)


async def _gives_credit(db: Connection, link: Link) -> bool:
    if link.kind == "source":
        return True
    if link.supporter_id is None:
        return False
    if await blocks.is_blocked(db, link.supporter_id, link.campaign_id):
        return False
    owners = await signatures.of(db, link.campaign_id, link.supporter_id)
    return owners is not None and owners.status == "live"


async def _claim(db: Connection, link: Link, supporter: Supporter, now: datetime) -> bool:
    if await referrals.claim(db, link.campaign_id, supporter.id, link.id, now):
        return True
    earlier = await referrals.of(db, link.campaign_id, supporter.id)
    if earlier is None or earlier.link_id != link.id:
        return False
    return await signatures.of(db, link.campaign_id, supporter.id) is None


async def _name_shown(db: Connection, link: Link) -> str | None:
    if not link.shows_name or link.supporter_id is None:
        return None
    owner = await supporters.by_id(db, link.supporter_id)
    return (owner.first_name or None) if owner else None
