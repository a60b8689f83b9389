"""Under the message about a burst: look at exactly those signatures, or hear no more for a day."""

from dataclasses import replace

from campaign.invalidation import bursts
from handlers.context import Visit
from handlers.screens import Screen
from handlers.staff import invalidations
from handlers.staff.permissions import may_edit
from handlers.supporter.home import front_door
from storage import bursts as kept


async def tapped(visit: Visit) -> Screen:
    """A tap on one of the two; of somebody who is no editor, it opens the front door."""
    burst = await kept.of(visit.db, int(visit.args[0]))
    petition = visit.petition(burst.campaign_id) if burst else None
    if burst is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if visit.args[1] == "mute":
        await kept.mute(visit.db, petition.id, visit.now + bursts.MUTED_FOR)
        return Screen(toast="toast/muted")
    screen = await invalidations.begin(visit, petition, bursts.rule_of(burst))
    return replace(screen, fresh=True)
