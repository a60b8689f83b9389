"""A date of the campaign for the person's own calendar: a file that their phone opens."""

import re

from campaign import timeline
from campaign.calendar_file import CalendarDate, calendar_file
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.context import Visit
from handlers.screens import Attachment, Button, Screen, Text
from handlers.supporter.home import front_door
from storage import events
from storage.events import Event

_PAYLOAD = re.compile(r"event_(\d{1,18})")


def event_in(payload: str) -> int | None:
    """The event in a start parameter, which may be anything; None if there is none."""
    found = _PAYLOAD.fullmatch(payload)
    return int(found[1]) if found else None


async def tapped(visit: Visit) -> Screen:
    """Put it in my calendar."""
    return await send(visit, int(visit.args[0]))


async def send(visit: Visit, event_id: int) -> Screen:
    """The file for an event; of one that has no time, or is gone, the front door."""
    event = await events.of(visit.db, event_id)
    petition = visit.petition(event.campaign_id) if event else None
    if event is None or petition is None:
        return await front_door(visit)
    entry = await timeline.one(visit.db, petition, event.id, visit.language)
    if entry is None or entry.at is None:
        return await front_door(visit)
    file = Attachment(f"{petition.campaign.slug}.ics", _contents(visit, petition, event, entry))
    variables = {"entry": entry, "zone": petition.definition.timezone}
    rows = [[Button("home", f"page:home:{petition.id}")]]
    return Screen(Text("story/calendar", variables), rows, files=(file,), fresh=True)


def _contents(visit: Visit, petition: Petition, event: Event, entry: Entry) -> bytes:
    view = petition.view(visit.language)
    label = visit.house.renderer.label
    title = entry.what or label(f"story_kind_{entry.kind}", visit.language)
    return calendar_file(
        CalendarDate(
            uid=f"{petition.campaign.slug}-{event.id}@{visit.house.bot_username}.t.me",
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
