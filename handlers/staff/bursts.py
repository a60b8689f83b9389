"""Under the message about a burst: look at exactly those signatures, or hear no more for a day."""

from dataclasses import replace
from typing import Literal

from campaign.invalidation import bursts
from campaign.invalidation.link_names import named_link
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff import invalidations
from handlers.staff.permissions import petition_as
from storage import bursts as kept


class Burst(Action, prefix="burst"):
    burst_id: int
    do: Literal["look", "mute"]


async def decide(context: Context, action: Burst) -> Screen:
    """Look at the signatures of a burst, or hear of no burst for a day."""
    burst = await kept.of(context.db, action.burst_id)
    if burst is None:
        raise Gone
    petition = await petition_as(context, burst.campaign_id, "editor")
    if action.do == "mute":
        await kept.mute(context.db, petition.id, context.now + bursts.MUTED_FOR)
        return Screen(toast="toast/muted")
    rule = bursts.rule_of(burst)
    if rule is None:
        raise Gone
    screen = await invalidations.begin(context, petition, rule)
    return replace(screen, fresh=True)


async def notification(reader: Reader) -> Screen:
    """Far more signatures than usual: by which link, from where, under which name?"""
    burst, petition = await kept.of(reader.db, reader.subject_id), reader.petition
    services = reader.services
    if burst is None:
        raise Gone
    by_link = burst.kind in ("link", "referrer")
    variables = {
        "campaign": petition.view(reader.language),
        "kind": burst.kind,
        "key": (await named_link(reader.db, int(burst.key)) if by_link else None) or burst.key,
        "count": burst.count,
        "usual": burst.usual,
        "until": burst.until,
        "zone": petition.definition.timezone,
        "asks": services.signs_on_site and services.proof_of_work != "never",
    }
    can_be_held = bursts.rule_of(burst) is not None
    look = [[Button("look_at_them", Burst(burst.id, "look"))]] if can_be_held else []
    return Screen(
        Text("staff/burst", variables), [*look, [Button("mute_bursts", Burst(burst.id, "mute"))]]
    )


ROUTES = Routes(actions={Burst: decide})
