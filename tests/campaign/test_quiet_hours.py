"""Promises of the night: nobody is woken, and the morning comes, however the clocks are changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.broadcasts.quiet_hours import parse_hours, quiet_until

LONDON = ZoneInfo("Europe/London")
NIGHT = "21:00-08:00"
ZONES = st.sampled_from(
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
).map(ZoneInfo)
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (utc(2009, 11, 26, 20, 59), None),
        (utc(2009, 11, 26, 21, 0), utc(2009, 11, 27, 8, 0)),
        (utc(2009, 11, 27, 0, 0), utc(2009, 11, 27, 8, 0)),
        (utc(2009, 11, 27, 7, 59), utc(2009, 11, 27, 8, 0)),
        (utc(2009, 11, 27, 8, 0), None),
        (utc(2009, 7, 1, 20, 30), utc(2009, 7, 2, 7, 0)),  # summer: an hour ahead of UTC
        (utc(2010, 3, 27, 22, 0), utc(2010, 3, 28, 7, 0)),  # the clocks go forward that night
        (utc(2009, 10, 24, 21, 0), utc(2009, 10, 25, 8, 0)),  # and back that one
    ],
)
def test_the_night_in_london(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, NIGHT, LONDON) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (utc(2009, 10, 25, 0, 15), utc(2009, 10, 25, 0, 30)),
        (utc(2009, 10, 25, 1, 15), utc(2009, 10, 25, 1, 30)),  # the clocks have gone back meanwhile
        (utc(2009, 10, 25, 0, 30), None),
    ],
)
def test_an_end_that_comes_twice_ends_it_each_time(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, "22:00-01:30", LONDON) == until


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(utc(2009, 11, 27, 3), "", LONDON) is None


@given(
    now=st.integers(0, 20 * 366 * 96).map(lambda q: utc(2009, 1, 1) + q * timedelta(minutes=15)),
    begin=CLOCKS,
    end=CLOCKS,
    zone=ZONES,
)
@example(now=utc(2009, 10, 25, 1, 15), begin=time(22), end=time(1, 30), zone=LONDON)
@example(now=utc(2009, 10, 25, 0, 15), begin=time(22), end=time(1, 30), zone=LONDON)
@example(now=utc(2010, 3, 28, 0, 15), begin=time(22), end=time(1, 30), zone=LONDON)
@example(now=utc(2010, 3, 27, 1, 45), begin=time(1, 45), end=time(1, 30), zone=LONDON)
def test_it_is_quiet_between_the_two_times_and_ends_at_the_second(
    now: datetime, begin: time, end: time, zone: ZoneInfo
) -> None:
    if begin == end:
        return

    def quiet(at: datetime) -> bool:
        clock = at.astimezone(zone).time()
        return begin <= clock < end if begin < end else not end <= clock < begin

    quarters = (now + n * timedelta(minutes=15) for n in range(50 * 4))
    first_loud = next(at for at in quarters if not quiet(at))
    until = quiet_until(now, f"{begin:%H:%M}-{end:%H:%M}", zone)
    assert until == (first_loud if quiet(now) else None)


@pytest.mark.parametrize("written", ["21-8", "21:00", "24:00-08:00", "08:00-08:00", "9-8"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="day"):
        parse_hours(written)
