"""Milestones: when a campaign reaches one, an update about it is made, once.

https://github.com/alphagov/e-petitions tells of its thresholds by a job each; here one look finds
whatever has been passed since the last.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from campaign.broadcasts import drafts, states
from campaign.broadcasts.content import Content
from campaign.goals import crossed, goal_of
from campaign.petition import Petition
from storage import broadcasts, milestones
from storage.broadcasts import Broadcast
from storage.database import Connection

KIND = "milestone"
UNDO_DELAY = timedelta(minutes=30)
"""How long an update that goes by itself waits for staff to stop it."""

NEXT_MORNING = time(9)
_UNSENT = ("draft", "scheduled")


async def is_due(db: Connection, petition: Petition) -> bool:
    """Whether a look would find something; it changes nothing."""
    before, total = await milestones.seen(db, petition.id)
    return total > before and _found(petition, before, total)


async def check(
    db: Connection, petition: Petition, write: Callable[[int], Content], *, now: datetime
) -> Broadcast | None:
    """See whether milestones have been reached, and if so make an update about the highest.

    It is a draft for staff to send, or goes by itself after a while if the campaign says so: at
    most one a day, and of two that wait only the later. Happens once for each milestone, whatever
    the total does later, and however many look at the same moment.

    Args:
        write: gives the message about a number.
        now: UTC.
    """
    definition = petition.definition
    before, total = await milestones.seen(db, petition.id)
    if total <= before or not _found(petition, before, total):
        return None
    reached = crossed(definition.milestones, before, total)
    if not await milestones.advance(db, petition.id, before, total) or not reached:
        return None
    await _pass_over_earlier(db, petition, now)
    made = await drafts.make(db, petition, KIND, write(reached[-1]), author_id=None, now=now)
    await milestones.add(db, petition.id, reached, now, made.id)
    expected = states.Options.from_dict(made.options).expected
    needs_approval = 0 < definition.approval_above < expected
    if definition.milestones_send and expected and not needs_approval:
        await states.schedule(db, made.id, await _due_at(db, petition, now), now=now)
    return await broadcasts.of(db, made.id) or made


def _found(petition: Petition, before: int, total: int) -> bool:
    """Whether a milestone lies between, or the goal moves on."""
    definition = petition.definition
    moves = goal_of(definition, total) != goal_of(definition, before)
    return moves or bool(crossed(definition.milestones, before, total))


async def _pass_over_earlier(db: Connection, petition: Petition, now: datetime) -> None:
    """An update about a lower number that nobody has touched is news no longer."""
    for milestone in await milestones.of_campaign(db, petition.id):
        if milestone.broadcast_id is None:
            continue
        earlier = await broadcasts.of(db, milestone.broadcast_id, lock=True)
        if (
            earlier is not None
            and earlier.status in _UNSENT
            and earlier.updated_at == earlier.created_at
        ):
            await broadcasts.move(db, earlier.id, _UNSENT, "cancelled", ended_at=now)


async def _due_at(db: Connection, petition: Petition, now: datetime) -> datetime:
    """After the time to stop it; on the next morning if another milestone was told of today."""
    here = now.astimezone(petition.zone)
    midnight = datetime.combine(here.date(), time(), petition.zone).astimezone(UTC)
    if not await broadcasts.has_started(db, petition.id, KIND, since=midnight):
        return now + UNDO_DELAY
    tomorrow = here.date() + timedelta(days=1)
    return datetime.combine(tomorrow, NEXT_MORNING, petition.zone).astimezone(UTC)
