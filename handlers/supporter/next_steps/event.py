"""Coming to an event: when and where, and the person's word that they will be there."""

from campaign import next_steps, timeline
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.supporter.buttons import Page, Step, Steps
from handlers.supporter.calendar import AddToCalendar
from handlers.supporter.petition_page import petition_page


async def begin(context: Context, petition: Petition) -> Screen:
    """The next event; the campaign's page if it has just been called off."""
    entry = await timeline.upcoming(context.db, petition, context.language, now=context.now)
    if entry is None:
        return await petition_page(context, petition)
    variables = {
        "campaign": await context.view(petition),
        "entry": entry,
        "zone": petition.definition.timezone,
    }
    calendar = [Button("calendar", AddToCalendar(entry.event_id))]
    return Screen(
        Text("next_steps/event", variables),
        [
            calendar,
            [
                Button("come_event", Step(petition.id, "event", "done")),
                Button("not_now", Step(petition.id, "event", "skip")),
            ],
        ],
    )


async def done(context: Context, petition: Petition) -> Screen:
    """They are coming; counted once."""
    await next_steps.finish(context.db, petition, context.supporter, "event", now=context.now)
    return Screen(
        Text("next_steps/event_noted", {"campaign": await context.view(petition)}),
        [
            [Button("one_more_step", Steps(petition.id, "next"))],
            [Button("home", Page("home", petition.id))],
        ],
    )
