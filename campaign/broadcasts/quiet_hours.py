"""Quiet hours: when a campaign sends nothing that can wait until the morning."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def parse_hours(written: str) -> tuple[time, time]:
    """When they begin and end, from "21:00-08:00".

    Raises:
        ValueError: it is not written like that, or begins when it ends.
    """
    found = _HOURS.fullmatch(written)
    if found is None:
        raise ValueError("not two times of day")
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begin == end:
        raise ValueError("all day long")
    return begin, end


def quiet_until(now: datetime, hours: str, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that we are in will end (UTC); None if it is not quiet.

    Args:
        now: UTC.
        hours: as "21:00-08:00" on the clocks of `zone`; "" if it is never quiet.
    """
    if not hours:
        return None
    begin, end = parse_hours(hours)
    here = now.astimezone(zone)
    if not _is_quiet(here, begin, end):
        return None
    day = here.date() + timedelta(days=1 if begin > end and here.time() >= begin else 0)
    early, late = sorted(
        datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    if early == late:
        return early
    # The clocks go back over it, so that it comes twice, or jump over it, so that it never does.
    for minutes in range((late - early) // _MINUTE + 1):
        at = early + minutes * _MINUTE
        if at > now and not _is_quiet(at.astimezone(zone), begin, end):
            return at
    return quiet_until(late, hours, zone)  # they have jumped over all that was not quiet


def _is_quiet(here: datetime, begin: time, end: time) -> bool:
    """Whether it is between the two on the clocks there; through midnight if they are that way."""
    if begin > end:
        return not end <= here.time() < begin
    return begin <= here.time() < end


def quiet_for_all_until(now: datetime, hours: Sequence[str], zone: ZoneInfo) -> datetime | None:
    """When several people's quiet hours, which may follow on each other, have all ended (UTC);
    None if it is not quiet. `now` is UTC."""
    at = now
    for _ in range(2 * len(hours) + 1):
        later = [until for one in hours if (until := quiet_until(at, one, zone)) is not None]
        if not later:
            break
        at = max(later)
    return at if at > now else None


def day_began(now: datetime, zone: ZoneInfo) -> datetime:
    """When the day (UTC) began that it is in this zone. `now` is UTC."""
    here = now.astimezone(zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def next_day(now: datetime, zone: ZoneInfo) -> datetime:
    """When the next day (UTC) begins in this zone. `now` is UTC."""
    return day_began(day_began(now, zone) + timedelta(hours=26), zone)  # a day has 25 at most
