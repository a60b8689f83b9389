"""What staff type as a time is that time exactly, or is refused by name: nothing is guessed."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.broadcasts import time_parser
from campaign.broadcasts.time_parser import InThePast, NoSuchTime, NotUnderstood, TooFar, When
from tests.folded import for_each
from tests.hostile import VALUES

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WORDS = """in at am pm next on of a an noon today tonight tomorrow yfory heddiw heno dydd mewn awr
    Friday Gwener Fri Nov Tachwedd Mawrth 26 26th 1af 9:00 9.30 09:00 25:00 12 0 99 9am 2026 26/11
    29/2 31/6 26/11/26 0000 9999 2026-11-26 9999-12-31 0001-01-01 hours days weeks and . , / -"""


def parsed(
    text: str, *, now: datetime = NOW, zone: ZoneInfo = LONDON, language: str = "cy"
) -> When:
    return time_parser.parse_when(text, now=now, zone=zone, language=language)


def local(text: str, *, now: datetime = NOW, zone: ZoneInfo = LONDON, language: str = "cy") -> str:
    at = parsed(text, now=now, zone=zone, language=language).at
    assert at.tzinfo is UTC
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


@for_each(
    "text, means",
    [
        ("tomorrow 9:00", "Wed 2026-11-25 09:00"),
        ("Tomorrow at 9.30pm", "Wed 2026-11-25 21:30"),
        ("9am tomorrow", "Wed 2026-11-25 09:00"),
        ("tomorrow noon", "Wed 2026-11-25 12:00"),
        ("tonight 8pm", "Tue 2026-11-24 20:00"),
        ("today 12am", None),
        ("18:30", "Tue 2026-11-24 18:30"),
        ("9:30", "Wed 2026-11-25 09:30"),
        ("26 Nov 09:00", "Thu 2026-11-26 09:00"),
        ("12 Sept 9:00", "Sun 2027-09-12 09:00"),
        ("26th of November, 9 am", "Thu 2026-11-26 09:00"),
        ("Nov 26 2027 9:00", "Fri 2027-11-26 09:00"),
        ("Thursday 26 November 9:00", "Thu 2026-11-26 09:00"),
        ("9:00 Thurs 26 Nov", "Thu 2026-11-26 09:00"),
        ("26/11 9am", "Thu 2026-11-26 09:00"),
        ("9am on 26 November", "Thu 2026-11-26 09:00"),
        ("on 26 November at 9:00", "Thu 2026-11-26 09:00"),
        ("18.00 on 26/11", "Thu 2026-11-26 18:00"),
        ("9:00 ar 26 Tachwedd", "Thu 2026-11-26 09:00"),
        ("26.11.2026 9.30", "Thu 2026-11-26 09:30"),
        ("03/04/27 09:00", "Sat 2027-04-03 09:00"),
        ("2026-11-26 09:00", "Thu 2026-11-26 09:00"),
        ("2026-11-26T09:00", "Thu 2026-11-26 09:00"),
        ("24 Jan 9:00", "Sun 2027-01-24 09:00"),
        ("29 Feb 9:00", "Tue 2028-02-29 09:00"),
        ("Friday 18:30", "Fri 2026-11-27 18:30"),
        ("on Fri 8am", "Fri 2026-11-27 08:00"),
        ("Tuesday 18:30", "Tue 2026-11-24 18:30"),
        ("Tuesday 8:00", "Tue 2026-12-01 08:00"),
        ("next Tuesday 18:30", "Tue 2026-12-01 18:30"),
        ("in 2 hours", "Tue 2026-11-24 12:00"),
        ("in an hour", "Tue 2026-11-24 11:00"),
        ("in 1 hour and 30 minutes", "Tue 2026-11-24 11:30"),
        ("in 45 min", "Tue 2026-11-24 10:45"),
        ("in 3 days 9:00", "Fri 2026-11-27 09:00"),
        ("in a week at 9:00", "Tue 2026-12-01 09:00"),
        ("heddiw 18:00", "Tue 2026-11-24 18:00"),
        ("heno 18:00", "Tue 2026-11-24 18:00"),
        ("yfory am 9:00", "Wed 2026-11-25 09:00"),
        ("yfory 6yh", "Wed 2026-11-25 18:00"),
        ("Gwener 18:30", "Fri 2026-11-27 18:30"),
        ("dydd Gwener 18:30", "Fri 2026-11-27 18:30"),
        ("dydd Mawrth nesaf 18:30", "Tue 2026-12-01 18:30"),
        ("3 Mawrth 9:00", "Wed 2027-03-03 09:00"),
        ("dydd Iau 26ain Tachwedd 9:00", "Thu 2026-11-26 09:00"),
        ("mewn 2 awr", "Tue 2026-11-24 12:00"),
    ],
)
def test_natural_words_mean_what_a_colleague_would_take_them_for(
    text: str, means: str | None
) -> None:
    if means is None:
        with pytest.raises(InThePast):
            parsed(text)
    else:
        assert local(text) == means


@pytest.mark.parametrize(
    "text",
    [
        *("tomorrow", "26 Nov", "26/11", "12.11", "2026-11-26", "Friday", "in 3 days", "yfory"),
        *("tomorrow at 9", "26 Nov 9", "Friday 9", "Thursday 26 November", "heno"),
    ],
)
def test_a_day_without_a_time_of_day_is_never_midnight(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parsed(text)
    assert refused.value.reason == "no_time"


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "soon", "9", "in 2", "in ", "midnight", "a 9:00", "may 9:00", "11/26 9:00"),
        *("tomorrow 25:00", "tomorrow 24:00", "tomorrow 13pm", "tomorrow 9:60", "tomorrow 0am"),
        *("31 June 9:00", "29/2/2027 9:00", "tomorrow 9:00 EST", "tonight 8:00", "9.10 12.11"),
        "26 Nov 9:00 10:00",
    ],
)
def test_what_is_not_certain_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parsed(text)
    assert refused.value.reason == "unclear"


def test_a_date_with_another_days_name_is_refused() -> None:
    with pytest.raises(NotUnderstood) as refused:
        parsed("Friday 26 November 9:00")
    assert refused.value.reason == "wrong_weekday"


def test_more_than_64_characters_are_not_looked_at() -> None:
    assert local("tomorrow" + " " * 52 + "9:00") == "Wed 2026-11-25 09:00"
    for text in ("tomorrow" + " " * 53 + "9:00", "9" * 10_000_000):
        with pytest.raises(NotUnderstood) as refused:
            parsed(text)
        assert refused.value.reason == "too_long"


@pytest.mark.parametrize(
    "text", ["today 9:59", "today 10:00", "23 Nov 9:00", "1/10 9:00", "2026-11-23 9:00", "in 0 min"]
)
def test_what_is_over_is_refused_and_told(text: str) -> None:
    with pytest.raises(InThePast) as refused:
        parsed(text)
    assert refused.value.when <= NOW
    assert refused.value.when.tzinfo == LONDON


def test_more_than_two_years_ahead_is_too_far() -> None:
    assert local("24 Nov 2028 9:00") == "Fri 2028-11-24 09:00"
    for text in ("25 Nov 2028 11:00", "9999-12-31 23:59"):
        with pytest.raises(TooFar) as refused:
            parsed(text, zone=NEW_YORK)
        assert refused.value.when.year in (2028, 9999)


@pytest.mark.parametrize(
    ("text", "zone"), [("29 Mar 2026 01:30", LONDON), ("8 Mar 2026 02:30", NEW_YORK)]
)
def test_a_time_that_the_clocks_jump_over_is_refused_and_told(text: str, zone: ZoneInfo) -> None:
    before = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
    with pytest.raises(NoSuchTime) as refused:
        parsed(text, now=before, zone=zone)
    assert f"{refused.value.when:%H:%M}" == text[-5:]


def test_of_a_time_that_comes_twice_the_first_is_taken_and_told() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert parsed("25 Oct 01:30", now=before) == When(first, ambiguous=True)
    between = first + timedelta(minutes=5)
    second = first + timedelta(hours=1)
    assert parsed("25 Oct 01:30", now=between) == When(second, ambiguous=False)


def test_a_day_ahead_keeps_the_time_of_day_when_the_clocks_change() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert local("tomorrow 9:00", now=before) == "Sun 2026-10-25 09:00"
    assert local("in 1 day 9:00", now=before) == "Sun 2026-10-25 09:00"


def test_today_is_the_campaigns_today() -> None:
    late = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    assert local("today 23:00", now=late, zone=NEW_YORK) == "Tue 2026-11-24 23:00"
    assert local("today 23:00", now=late, zone=LONDON) == "Wed 2026-11-25 23:00"


def test_a_language_nobody_knows_is_read_as_english() -> None:
    assert local("Friday 9:00", language="xx") == "Fri 2026-11-27 09:00"
    with pytest.raises(NotUnderstood):
        parsed("Gwener 9:00", language="en")


@given(
    st.one_of(
        st.text(max_size=80),
        st.sampled_from(VALUES),
        st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join),
    ),
    st.integers(0, 70 * 365 * 1440).map(
        lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Pacific/Kiritimati")]),
)
@example("9999-12-31 23:59", NOW, NEW_YORK)
@example("0001-01-01 00:00", NOW, ZoneInfo("Pacific/Kiritimati"))
@example("29/2 9:00", datetime(2096, 12, 1, tzinfo=UTC), LONDON)
def test_any_text_is_a_time_ahead_or_refused_by_name(
    text: str, now: datetime, zone: ZoneInfo
) -> None:
    began = time.process_time()
    try:
        at = parsed(text, now=now, zone=zone).at
    except (NotUnderstood, InThePast, TooFar, NoSuchTime):
        pass
    else:
        assert now < at <= now + time_parser.FARTHEST
    assert time.process_time() - began < 0.5


AROUND_CHANGES = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
]
MINUTES = st.one_of(
    st.integers(1, 730 * 1440).map(lambda minutes: timedelta(minutes=minutes)),
    st.tuples(st.sampled_from(AROUND_CHANGES), st.integers(-180, 180)).map(
        lambda near: near[0] + timedelta(minutes=near[1]) - datetime(2026, 1, 1, tzinfo=UTC)
    ),
)


@given(MINUTES, st.sampled_from([LONDON, NEW_YORK]), st.sampled_from(["en", "cy"]))
def test_every_minute_ahead_comes_back_exactly_as_it_was_written(
    ahead: timedelta, zone: ZoneInfo, language: str
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    at = now + ahead
    here = at.astimezone(zone)
    written = f"{here.day} {MONTHS[here.month - 1]} {here:%Y %H:%M}"
    when = parsed(written, now=now, zone=zone, language=language)
    first = here.replace(fold=0).astimezone(UTC)
    assert when.at == first
    assert when.ambiguous == (here.replace(fold=1).astimezone(UTC) != first)
    assert f"{when.at.astimezone(zone):%H:%M}" == f"{here:%H:%M}"


@given(
    st.integers(-120, 120),
    st.sampled_from(
        [
            (LONDON, datetime(2026, 3, 29, 2, tzinfo=UTC)),
            (NEW_YORK, datetime(2026, 3, 8, 3, tzinfo=UTC)),
        ]
    ),
)
def test_a_wall_clock_time_in_spring_is_there_or_refused(
    minutes: int, change: tuple[ZoneInfo, datetime]
) -> None:
    zone, jumps_to = change
    text = f"{jumps_to + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"
    now = datetime(2026, 1, 1, tzinfo=UTC)
    if -60 <= minutes < 0:
        with pytest.raises(NoSuchTime):
            parsed(text, now=now, zone=zone)
    else:
        assert local(text, now=now, zone=zone).endswith(text)
