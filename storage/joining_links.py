"""Links of two people who are one, and how they came: what was brought stays brought.

Everything here happens under the lock of the campaign's totals. A link that is merged leads to the
other from then on (`former_links`), so what has been passed on goes on working.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage import referral_counts, referral_links
from storage.database import Connection
from storage.joining_signatures import Sides
from storage.referral_links import Link
from storage.referrals import CHAIN, LONGEST_CHAIN
from storage.tables import (
    former_links,
    referral_generations,
    referral_opens,
    referrals,
)
from storage.tables import referral_links as table

CameBy = Mapping[str, Any]
"""A row of `referrals`."""


async def lock(db: Connection, campaign_id: int, both: Sides) -> None:
    """Lock every link whose figures may change, before a figure of the campaign does: their own,
    those they came by, and those by which the owners of these came."""
    theirs = (both.loser, both.survivor)
    owned = select(table.c.id).where(
        table.c.campaign_id == campaign_id, table.c.supporter_id.in_(theirs)
    )
    came_by = select(referrals.c.link_id).where(
        referrals.c.campaign_id == campaign_id, referrals.c.supporter_id.in_(theirs)
    )
    above = (
        select(referrals.c.link_id)
        .join(table, table.c.supporter_id == referrals.c.supporter_id)
        .where(referrals.c.campaign_id == campaign_id, table.c.id.in_(came_by))
    )
    await db.execute(
        select(table.c.id)
        .where(table.c.id.in_(owned) | table.c.id.in_(came_by) | table.c.id.in_(above))
        .order_by(table.c.id)
        .with_for_update(key_share=True)
    )


async def take_referral(db: Connection, campaign_id: int, supporter_id: int) -> CameBy | None:
    """How a person came, taken away: those they have brought are in no chain above them now."""
    own = await referral_links.of(db, campaign_id, supporter_id)
    row = (
        await db.execute(
            select(referrals).where(
                referrals.c.campaign_id == campaign_id, referrals.c.supporter_id == supporter_id
            )
        )
    ).one_or_none()
    if row is None:
        return None
    if own is not None:
        await _count_below(db, campaign_id, own.id, row.link_id, -1)
    await db.execute(
        delete(referrals).where(
            referrals.c.campaign_id == campaign_id, referrals.c.supporter_id == supporter_id
        )
    )
    return dict(row._mapping)


async def put_referral(db: Connection, came_by: CameBy, supporter_id: int) -> bool:
    """Let a person have come by a link; those they have brought are in its chain again.

    Returns:
        False if it is their own, or they have brought its owner: nobody is brought in a circle.
    """
    campaign_id, link_id = came_by["campaign_id"], came_by["link_id"]
    own = await referral_links.of(db, campaign_id, supporter_id)
    if own is not None:
        if own.id in dict(await _chain(db, campaign_id, link_id)):
            return False
        await _count_below(db, campaign_id, own.id, link_id, 1)
    await db.execute(insert(referrals).values({**came_by, "supporter_id": supporter_id}))
    return True


async def drop_start(db: Connection, came_by: CameBy) -> None:
    """Somebody has begun to sign by two links, and came by the other one."""
    if came_by["started_at"] is not None:
        await referral_links.count(db, came_by["link_id"], starts=-1)
        await referral_counts.count(db, came_by["campaign_id"], starts=-1)


async def merge(db: Connection, campaign_id: int, both: Sides) -> Link | None:
    """Let the survivor have one link, and the figures of both; gives it, if there is one."""
    theirs = await referral_links.of(db, campaign_id, both.loser)
    mine = await referral_links.of(db, campaign_id, both.survivor)
    if theirs is not None and mine is not None:
        await _merge(db, theirs, mine)
    elif theirs is not None:
        await _change(db, theirs.id, supporter_id=both.survivor)
    kept = mine or theirs
    if kept is None:
        return None
    own_visits = await db.execute(
        delete(referral_opens).where(
            referral_opens.c.link_id == kept.id,
            referral_opens.c.supporter_id.in_((both.loser, both.survivor)),
        )
    )
    await _fewer_opens(db, kept, own_visits.rowcount)
    return await referral_links.of(db, campaign_id, both.survivor)


async def _merge(db: Connection, theirs: Link, mine: Link) -> None:
    opened = select(referral_opens.c.supporter_id).where(referral_opens.c.link_id == mine.id)
    of_theirs = referral_opens.c.link_id == theirs.id
    twice = await db.execute(
        delete(referral_opens).where(of_theirs, referral_opens.c.supporter_id.in_(opened))
    )
    for moved in (referral_opens, referrals):
        await db.execute(update(moved).where(moved.c.link_id == theirs.id).values(link_id=mine.id))
    below = await _generations(db, theirs.id)
    await _add_people(db, [(mine.id, place, people) for place, people in below])
    await db.execute(
        delete(referral_generations).where(referral_generations.c.link_id == theirs.id)
    )
    summed = ("opens", "starts", "signatures", "shared", "friends", "thanked")
    sums = {name: getattr(mine, name) + getattr(theirs, name) for name in summed}
    await _change(
        db,
        mine.id,
        **sums,
        shared_at=_first(mine.shared_at, theirs.shared_at),
        thanks=mine.thanks and theirs.thanks,
        thanked_at=max(filter(None, (mine.thanked_at, theirs.thanked_at)), default=None),
        step=max(mine.step, theirs.step),
    )
    await _change(
        db,
        theirs.id,
        **dict.fromkeys((*summed, "step"), 0),
        **dict.fromkeys(("shows_name", "listed", "thanks"), False),
        **dict.fromkeys(("shared_at", "thanked_at", "share_text", "share_text_at"), None),
    )
    await db.execute(
        update(former_links).where(former_links.c.now_id == theirs.id).values(now_id=mine.id)
    )
    await db.execute(insert(former_links).values(link_id=theirs.id, now_id=mine.id))
    await _fewer_opens(db, mine, twice.rowcount)


async def _fewer_opens(db: Connection, link: Link, fewer: int) -> None:
    if fewer:
        await referral_links.count(db, link.id, opens=-fewer)
        await referral_counts.count(db, link.campaign_id, opens=-fewer)


async def thanked_for(db: Connection, link_id: int, friends: int) -> None:
    """Of so many friends a link's owner has heard, however often one was taken out and put back."""
    await db.execute(
        update(table)
        .where(table.c.id == link_id, table.c.signatures >= friends)
        .values(thanked=friends)
    )


async def _count_below(
    db: Connection, campaign_id: int, link_id: int, above_id: int, sign: int
) -> None:
    """Let those whom a link has brought, and those below, count for all above it; or no more."""
    below = await _generations(db, link_id)
    changes = [
        (above, place + generation, sign * people)
        for above, place in await _chain(db, campaign_id, above_id)
        for generation, people in below
        if place + generation <= LONGEST_CHAIN
    ]
    await _add_people(db, changes)


async def _chain(db: Connection, campaign_id: int, link_id: int) -> list[tuple[int, int]]:
    rows = await db.execute(
        select(CHAIN.c.id, CHAIN.c.generation), {"campaign": campaign_id, "link": link_id}
    )
    return [(above, generation) for above, generation in rows]


async def _generations(db: Connection, link_id: int) -> list[tuple[int, int]]:
    rows = await db.execute(
        select(referral_generations.c.generation, referral_generations.c.people).where(
            referral_generations.c.link_id == link_id, referral_generations.c.people > 0
        )
    )
    return [(generation, people) for generation, people in rows]


async def _add_people(db: Connection, changes: list[tuple[int, int, int]]) -> None:
    for link_id, generation, more in changes:
        await referral_counts.add_to_generation(db, link_id, generation, more)


async def _change(db: Connection, link_id: int, **values: Any) -> None:
    await db.execute(update(table).where(table.c.id == link_id).values(**values))


def _first(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)
