"""The end of signing: told beforehand, and kept when it has come.

That nothing counts after the minute does not depend on this: `Petition.as_of` says so, and the gate
under the lock of the totals.
"""

from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta

from campaign.broadcasts import drafts, states
from campaign.broadcasts.content import Content
from campaign.deadline import Closing
from campaign.notifications import notify_staff
from campaign.petition import Petition
from storage import audit, broadcasts, campaigns, deadline_drafts, locks, milestones
from storage.broadcasts import Broadcast
from storage.database import Connection

KIND = "news"
DAYS_BEFORE = (7, 1)
IN_THE_MORNING = time(9)
"""On the campaign's clocks: from when on the update lies ready, so that staff may sleep."""

_TOO_LATE = timedelta(days=2)
_UNSENT = ("draft", "scheduled")


async def close_due(db: Connection, *, now: datetime) -> list[int]:
    """Close the campaigns whose end has come by now (UTC), and tell staff.

    Returns:
        Those that are closed here, by number; nobody else gives them again.
    """
    closed = []
    for campaign_id in await campaigns.over(db, now):
        await locks.totals(db, campaign_id)
        if not await campaigns.close(db, campaign_id, now):
            continue
        campaign = await campaigns.by_id(db, campaign_id)
        ended_at = campaign.closed_at if campaign else None
        await notify_staff(
            db,
            campaign_id,
            "editor",
            "staff/signing_ended",
            subject_id=campaign_id,
            dedupe_key=f"ended:{campaign_id}:{ended_at:%Y%m%d%H%M%S}",
            now=now,
        )
        await audit.append(
            db,
            at=now,
            actor=None,
            action="campaign.closed",
            subject=f"campaign:{campaign_id}",
            details={"campaign_id": campaign_id},
        )
        closed.append(campaign_id)
    return closed


async def draft_due(
    db: Connection, petition: Petition, write: Callable[[], Content], *, now: datetime
) -> Broadcast | None:
    """Make the update that tells of the end, a week and a day before it, once each; None if none
    is due. What the bot was away for is made up for within two days.

    Args:
        write: gives the message.
        now: UTC.
    """
    ends = petition.closing
    if ends is None or not petition.is_open_at(now):
        return None
    days = _due(ends, petition, now, await deadline_drafts.made(db, petition.id, ends.at))
    if days is None:
        return None
    lock = await locks.totals(db, petition.id)  # another process may be doing the same
    if days in await deadline_drafts.made(db, petition.id, ends.at):
        return None
    made = await drafts.make(db, petition, KIND, write(), author_id=None, now=now)
    await deadline_drafts.add(db, lock.campaign_id, ends.at, days, made.id)
    await notify_staff(
        db,
        petition.id,
        "editor",
        "staff/closing_draft",
        subject_id=made.id,
        dedupe_key=f"ends:{made.id}",
        now=now,
    )
    return made


def _due(ends: Closing, petition: Petition, now: datetime, made: Collection[int]) -> int | None:
    for days in DAYS_BEFORE:
        on = ends.day - timedelta(days=days)
        ready = datetime.combine(on, IN_THE_MORNING, petition.zone)
        if days not in made and ready <= now < min(ends.at, ready + _TOO_LATE):
            return days
    return None


async def drop_outdated(db: Connection, *, now: datetime) -> None:
    """Put away drafts that nobody has touched and whose end is no longer ahead. `now` is UTC."""
    for broadcast_id in await deadline_drafts.outdated(db):
        await states.cancel(db, broadcast_id, now=now)


async def unsent_milestones(db: Connection, campaign_id: int) -> list[tuple[int, Broadcast]]:
    """Updates about milestones, with their numbers, that nobody has touched and that are not sent:
    they still ask people to sign."""
    found = []
    for one in await milestones.of_campaign(db, campaign_id):
        broadcast = await broadcasts.of(db, one.broadcast_id or 0)
        if (
            broadcast is not None
            and broadcast.status in _UNSENT
            and broadcast.updated_at == broadcast.created_at
        ):
            found.append((one.number, broadcast))
    return found
