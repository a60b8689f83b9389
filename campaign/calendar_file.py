"""A date of the campaign as a file that calendars read (RFC 5545)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.definition.text_rules import without_hidden

PRODUCT = "-//Clamour//Campaign dates//EN"
LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """What stands in the file. Times are UTC.

    Attributes:
        uid: the same for the same event for ever, so that a newer file replaces the older entry
            (RFC 5545, 3.8.4.7).
        sequence: goes up with every change of it (3.8.7.4).
        ends_at: None if nobody said; an hour later, then.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    title: str
    place: str = ""
    words: str = ""
    link: str = ""
    cancelled: bool = False


def calendar_file(one: CalendarDate) -> bytes:
    """The file's contents, in UTF-8 with CRLF line ends, times in UTC."""
    from icalendar import Calendar, Event  # not when the bot starts: seldom needed

    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed_at.replace(microsecond=0))
    event.add("sequence", one.sequence)
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at or one.starts_at + LASTS)
    event.add("summary", without_hidden(one.title))
    for name, value in (("location", one.place), ("description", one.words), ("url", one.link)):
        if value:
            event.add(name, without_hidden(value))
    if one.cancelled:
        event.add("status", "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
