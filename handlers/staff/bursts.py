"""Under the message about a burst: look at exactly those signatures, or hear no more for a day."""

from dataclasses import replace

from campaign.invalidation import bursts
from handlers.context import Context
from handlers.screens import Screen
from handlers.staff import invalidations
from handlers.staff.permissions import may_edit
from handlers.supporter.home import home
from storage import bursts as kept


async def tapped(context: Context) -> Screen:
    """A tap on one of the two; of somebody who is no editor, it opens the front door."""
    burst = await kept.of(context.db, int(context.args[0]))
    petition = context.find_petition(burst.campaign_id) if burst else None
    if burst is None or petition is None or not await may_edit(context, petition):
        return await home(context)
    if context.args[1] == "mute":
        await kept.mute(context.db, petition.id, context.now + bursts.MUTED_FOR)
        return Screen(toast="toast/muted")
    screen = await invalidations.begin(context, petition, bursts.rule_of(burst))
    return replace(screen, fresh=True)
