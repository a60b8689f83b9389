"""A calendar file is read by calendars as it was meant (RFC 5545)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from campaign.calendar_file import CalendarDate, calendar_file
from campaign.fields.normalize import one_line

AT = datetime(2009, 11, 26, 10, tzinfo=UTC)
ONE = CalendarDate("story-1@clamour_bot.t.me", 0, AT - timedelta(days=9), AT, None, "The hand-in")


def read(contents: bytes) -> Calendar:
    return Calendar.from_ical(contents)


def test_times_are_utc_and_lines_as_short_as_the_standard_wants() -> None:
    contents = calendar_file(replace(ONE, words="A long word or two. " * 30, place="City Hall"))
    lines = contents.split(b"\r\n")
    assert b"DTSTART:20091126T100000Z" in lines
    assert b"DTEND:20091126T110000Z" in lines
    assert b"UID:story-1@clamour_bot.t.me" in lines
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in contents.replace(b"\r\n", b"")


def test_a_newer_file_replaces_the_older_entry() -> None:
    moved = replace(ONE, sequence=1, starts_at=AT + timedelta(days=12), cancelled=True)
    before, after = (read(calendar_file(one)).walk("VEVENT")[0] for one in (ONE, moved))
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["status"] == "CANCELLED"


@given(st.text(max_size=300).map(one_line), st.text(max_size=200).map(one_line))
def test_any_words_arrive_as_they_were_written(title: str, place: str) -> None:
    event = read(calendar_file(replace(ONE, title=title, place=place))).walk("VEVENT")[0]
    assert str(event["summary"]) == title
    assert str(event.get("location", "")) == place
