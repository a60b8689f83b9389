"""A date of the campaign for the person's own calendar: a file that their phone opens."""

import re

from campaign import timeline
from campaign.calendar_file import CalendarDate, calendar_file
from campaign.petition import Petition
from campaign.timeline import Entry
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Attachment, Button, Screen, Text
from handlers.supporter.buttons import Page
from storage import events
from storage.events import Event

_PAYLOAD = re.compile(r"event_(\d{1,18})")


class AddToCalendar(Action, prefix="calendar"):
    """A date of a campaign as a file for the person's calendar."""

    event_id: int


def event_in(payload: str) -> int | None:
    """The event in a start parameter, which may be anything; None if there is none."""
    found = _PAYLOAD.fullmatch(payload)
    return int(found[1]) if found else None


async def add(context: Context, action: AddToCalendar) -> Screen:
    """Put it in my calendar."""
    return await send(context, action.event_id)


async def send(context: Context, event_id: int) -> Screen:
    """The file for an event.

    Raises:
        Gone: it has no time, or is not there any more.
    """
    event = await events.of(context.db, event_id)
    if event is None:
        raise Gone
    petition = context.petition(event.campaign_id)
    entry = await timeline.one(context.db, petition, event.id, context.language)
    if entry is None or entry.at is None:
        raise Gone
    file = Attachment(f"{petition.campaign.slug}.ics", _contents(context, petition, event, entry))
    variables = {"entry": entry, "zone": petition.definition.timezone}
    rows = [[Button("home", Page("home", petition.id))]]
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


ROUTES = Routes(actions={AddToCalendar: add})
