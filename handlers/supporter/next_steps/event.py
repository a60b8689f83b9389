"""Coming to an event: when and where, and the person's word that they will be there."""

from campaign import next_steps, timeline
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.supporter.home import campaign_page


async def begin(visit: Visit, petition: Petition) -> Screen:
    """The next event; the campaign's page if it has just been called off."""
    entry = await timeline.upcoming(visit.db, petition, visit.language, now=visit.now)
    if entry is None:
        return await campaign_page(visit, petition)
    variables = {
        "campaign": await visit.view(petition),
        "entry": entry,
        "zone": petition.definition.timezone,
    }
    calendar = [Button("calendar", f"calendar:{entry.event_id}")]
    return Screen(
        Text("steps/event", variables),
        [
            calendar,
            [
                Button("come_event", f"step:{petition.id}:event:done"),
                Button("not_now", f"step:{petition.id}:event:skip"),
            ],
        ],
    )


async def done(visit: Visit, petition: Petition) -> Screen:
    """They are coming; counted once."""
    await next_steps.finish(visit.db, petition, visit.supporter, "event", now=visit.now)
    return Screen(
        Text("steps/event_noted", {"campaign": await visit.view(petition)}),
        [
            [Button("one_more_step", f"steps:{petition.id}:next")],
            [Button("home", f"page:home:{petition.id}")],
        ],
    )
