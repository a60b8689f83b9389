"""A date of the campaign for the person's own calendar: a file that their phone opens."""

import re

from campaign import timeline
from campaign.calendar_file import CalendarDate, calendar_file
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.context import Context
from handlers.screens import Attachment, Button, Screen, Text
from handlers.supporter.home import home
from storage import events
from storage.events import Event

_PAYLOAD = re.compile(r"event_(\d{1,18})")


def event_in(payload: str) -> int | None:
    """The event in a start parameter, which may be anything; None if there is none."""
    found = _PAYLOAD.fullmatch(payload)
    return int(found[1]) if found else None


async def tapped(context: Context) -> Screen:
    """Put it in my calendar."""
    return await send(context, int(context.args[0]))


async def send(context: Context, event_id: int) -> Screen:
    """The file for an event; of one that has no time, or is gone, the front door."""
    event = await events.of(context.db, event_id)
    petition = context.find_petition(event.campaign_id) if event else None
    if event is None or petition is None:
        return await home(context)
    entry = await timeline.one(context.db, petition, event.id, context.language)
    if entry is None or entry.at is None:
        return await home(context)
    file = Attachment(f"{petition.campaign.slug}.ics", _contents(context, petition, event, entry))
    variables = {"entry": entry, "zone": petition.definition.timezone}
    rows = [[Button("home", f"page:home:{petition.id}")]]
    return Screen(Text("timeline/calendar", variables), rows, files=(file,), fresh=True)


def _contents(context: Context, petition: Petition, event: Event, entry: Entry) -> bytes:
    view = petition.view(context.language)
    label = context.services.renderer.label
    title = entry.what or label(f"story_kind_{entry.kind}", context.language)
    return calendar_file(
        CalendarDate(
            uid=f"{petition.campaign.slug}-{event.id}@{context.services.bot_username}.t.me",
            sequence=event.version - 1,
            changed_at=event.updated_at,
            starts_at=entry.at or event.created_at,
            ends_at=event.ends_at,
            title=f"{title}: {view.title}" if entry.kind == "handin" else title,
            place=entry.place,
            words="\n".join(part for part in (view.title, entry.watch) if part),
            link=entry.link,
            cancelled=entry.state == "cancelled",
        )
    )
