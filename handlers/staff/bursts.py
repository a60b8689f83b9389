"""Under the message about a burst: look at exactly those signatures, or hear no more for a day."""

from dataclasses import dataclass, replace
from typing import Literal

from campaign.invalidation import bursts
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Screen
from handlers.staff import invalidations
from storage import bursts as kept


@dataclass(frozen=True, slots=True)
class Burst(Action, prefix="burst"):
    burst_id: int
    do: Literal["look", "mute"]


async def decide(context: Context, action: Burst) -> Screen:
    """Look at the signatures of a burst, or hear of no burst for a day."""
    burst = await kept.of(context.db, action.burst_id)
    if burst is None:
        raise Gone
    petition = context.petition(burst.campaign_id)
    await context.require(petition, "editor")
    if action.do == "mute":
        await kept.mute(context.db, petition.id, context.now + bursts.MUTED_FOR)
        return Screen(toast="toast/muted")
    screen = await invalidations.begin(context, petition, bursts.rule_of(burst))
    return replace(screen, fresh=True)


ROUTES = Routes(actions={Burst: decide})
