"""What staff type as a day or as several is exactly that, or is refused by name."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.broadcasts.day_parser import LONGEST_RANGE, Days, parse_days
from campaign.broadcasts.time_parser import FARTHEST, InThePast, NotUnderstood, TooFar, WhenError
from tests.folded import for_each
from tests.hostile import VALUES

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2009, 11, 3, 10, tzinfo=UTC)  # a Tuesday
TODAY = NOW.date()
WORDS = """between and to from rhwng a ac i hyd at o - – 16 18 16th 16-18 16–18 1 November Nov
    Tachwedd 2009 2010 Monday Friday Gwener today tomorrow in week 26/11 2009-11-16 26.11 , ."""


def parsed(text: str, *, now: datetime = NOW, language: str = "cy") -> Days:
    return parse_days(text, now=now, zone=LONDON, language=language)


def november(first: int, last: int) -> Days:
    return Days(date(2009, 11, first), date(2009, 11, last))


@pytest.mark.parametrize(
    "text",
    [
        "16 to 18 November",
        "16-18 November",
        "16–18 November",
        "16 – 18 Nov",
        "16th to 18th of November",
        "between 16 and 18 November",
        "from 16 November until 18 November",
        "November 16 to 18",
        "Between 16 and 18 November, 2009",
        "16 Nov to 18 Nov 2009",
        "16/11 to 18/11",
        "2009-11-16 to 2009-11-18",
        "2009-11-16 - 2009-11-18",
        "16 i 18 Tachwedd",
        "rhwng 16 a 18 Tachwedd",
        "rhwng 16 ac 18 Tachwedd",
        "o 16 Tachwedd hyd 18 Tachwedd",
        "Monday 16 November to Wednesday 18 November",
    ],
)
def test_the_days_of_the_decision_can_be_written_in_many_ways(text: str) -> None:
    assert parsed(text) == november(16, 18)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("8 December", Days(date(2009, 12, 8), date(2009, 12, 8))),
        ("8 Rhagfyr", Days(date(2009, 12, 8), date(2009, 12, 8))),
        ("tomorrow", november(4, 4)),
        ("yfory", november(4, 4)),
        ("today", november(3, 3)),
        ("Friday", november(6, 6)),
        ("in a week", november(10, 10)),
        ("26/11", november(26, 26)),
        ("30 November to 2 December", Days(date(2009, 11, 30), date(2009, 12, 2))),
        ("30 December to 2 January", Days(date(2009, 12, 30), date(2010, 1, 2))),
        ("30 December to 2 January 2010", None),
        ("Monday to Wednesday", november(9, 11)),
        ("2 to 4 November", november(2, 4)),
    ],
)
def test_a_day_is_a_range_of_one_and_ranges_may_pass_a_months_or_years_end(
    text: str, means: Days | None
) -> None:
    if means is None:
        with pytest.raises(NotUnderstood):
            parsed(text)
    else:
        assert parsed(text) == means


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NotUnderstood),
        ("soon", NotUnderstood),
        ("18 to 16 November", NotUnderstood),
        ("16 to 18", NotUnderstood),
        ("31 June", NotUnderstood),
        ("16 to 18 November 9:00", NotUnderstood),
        ("Monday 17 November 2009", NotUnderstood),
        ("x" * 65, NotUnderstood),
        ("1 November", InThePast),
        ("30 October to 1 November", InThePast),
        ("2009-01-01 to 2009-02-01", InThePast),
        ("16 to 18 November 2019", TooFar),
    ],
)
def test_what_is_no_day_to_come_is_refused_by_name(text: str, problem: type[WhenError]) -> None:
    with pytest.raises(problem):
        parsed(text)


def test_today_is_that_of_the_campaigns_calendar() -> None:
    before, after = datetime(2009, 6, 30, 22, 59, tzinfo=UTC), datetime(2009, 6, 30, 23, tzinfo=UTC)
    assert parsed("today", now=before).first == date(2009, 6, 30)
    assert parsed("today", now=after).first == date(2009, 7, 1)


@given(
    ahead=st.integers(0, 700),
    longer=st.integers(0, 25),
    language=st.sampled_from(["en", "cy"]),
    joined=st.sampled_from([("", " to "), ("between ", " and "), ("rhwng ", " a "), ("", " – ")]),
)
def test_days_written_out_are_read_as_they_were_meant(
    ahead: int, longer: int, language: str, joined: tuple[str, str]
) -> None:
    first = TODAY + timedelta(days=ahead)
    last = first + timedelta(days=longer)
    if last - TODAY > FARTHEST:
        return
    one, other = (format_date(day, "d MMMM y", locale=language) for day in (first, last))
    assert parsed(f"{joined[0]}{one}{joined[1]}{other}", language=language) == Days(first, last)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join) | st.text(max_size=70))
@example("a" * 64)
def test_anything_typed_gives_days_in_order_and_to_come_or_is_refused(text: str) -> None:
    try:
        found = parsed(text)
    except WhenError:
        return
    assert found.first <= found.last
    assert TODAY <= found.last <= TODAY + FARTHEST
    assert found.last - found.first <= LONGEST_RANGE


@for_each("value", VALUES)
def test_hostile_text_is_refused(value: str) -> None:
    with pytest.raises(WhenError):
        parsed(value)
