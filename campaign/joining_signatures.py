"""One person has signed one petition in two places: one signature stands, and all its credit."""

from dataclasses import dataclass
from datetime import datetime

from campaign import comments
from campaign.petition import Petition
from campaign.referrals import credit
from storage import (
    consents,
    joining_links,
    joining_signatures,
    locks,
    pending_signatures,
    referral_links,
    signatures,
)
from storage.consents import NewConsent
from storage.database import Connection
from storage.joining_links import CameBy
from storage.joining_signatures import Sides
from storage.locks import Countable, Lock

METHOD = "joined"
"""How it was said, in the ledger of consents."""


@dataclass(frozen=True, slots=True)
class Stands:
    """What holds of two people under one petition.

    Attributes:
        whose: whose signature stands, or whose way to the petition does: the number of one of both.
        twice: whether another signature, which counted or waited, does not any more.
    """

    whose: int
    twice: bool


async def join(
    db: Connection, petition: Petition, lock: Lock, both: Sides, now: datetime
) -> Stands:
    """Let the survivor have the older signature, one link, and all that was brought by either.

    What each counts for is taken out of the figures first and the older's put back at the end, so
    that every figure is right whoever had brought whom.

    Args:
        lock: of the campaign's totals. The caller has locked both people, too.
    """
    theirs = await locks.signature(db, lock, supporter_id=both.loser)
    mine = await locks.signature(db, lock, supporter_id=both.survivor)
    await joining_links.lock(db, petition.id, both)
    standing = joining_signatures.older(theirs, mine) if theirs and mine else theirs or mine
    thanked = await _thanked(db, standing)
    came: dict[int, CameBy | None] = {}
    for who, signature in ((both.loser, theirs), (both.survivor, mine)):
        if signature is not None and signature.status == "live":
            await credit.taken_out(db, petition, signature)
        came[who] = await joining_links.take_referral(db, petition.id, who)
    whose = standing.supporter_id if standing else _first(came, both)
    link = await joining_links.merge(db, petition.id, both)
    if theirs is not None and mine is not None:
        await _keep_one(db, petition, theirs, mine, both, now)
    elif theirs is not None:
        await joining_signatures.give(db, theirs, both.survivor)
    await _come_by(db, came, whose, both)
    stands = await locks.signature(db, lock, supporter_id=both.survivor)
    if stands is not None and stands.status == "live":
        await credit.put_back(db, petition, stands)
    for link_id, friends in thanked.items():
        if link is None or link.id != link_id:
            await joining_links.thanked_for(db, link_id, friends)
    twice = all(one is not None and one.status != "withdrawn" for one in (theirs, mine))
    return Stands(whose, twice)


def _first(came: dict[int, CameBy | None], both: Sides) -> int:
    """Who came by a link first, where nobody has signed; the survivor if nobody came by one."""
    found = {one: row["opened_at"] for one, row in came.items() if row is not None}
    return min(found, key=lambda one: found[one], default=both.survivor)


async def _thanked(db: Connection, standing: Countable | None) -> dict[int, int]:
    """Of how many friends the one who asked has heard."""
    if standing is None or standing.status != "live":
        return {}
    link = await credit.link_of(db, standing)
    found = await referral_links.by_id(db, link) if link is not None else None
    return {found.id: found.thanked} if found is not None else {}


async def _keep_one(
    db: Connection,
    petition: Petition,
    theirs: Countable,
    mine: Countable,
    both: Sides,
    now: datetime,
) -> None:
    """The younger becomes the loser's and is withdrawn as theirs; its answers go with them."""
    if joining_signatures.older(theirs, mine) is theirs:
        await joining_signatures.swap(db, theirs, mine, now)
    await joining_signatures.forget_flags(db, theirs, mine)
    before = await signatures.withdraw(db, petition.id, both.loser, now)
    if before is None:
        return
    await pending_signatures.end(db, before.id)
    await comments.end(db, before, now=now)
    ended = NewConsent(both.loser, petition.id, "sign", False, None, METHOD, now)
    await consents.append(db, [ended])


async def _come_by(db: Connection, came: dict[int, CameBy | None], whose: int, both: Sides) -> None:
    for one, came_by in came.items():
        if came_by is None:
            continue
        if one == whose and await joining_links.put_referral(db, came_by, both.survivor):
            continue
        await joining_links.drop_start(db, came_by)
