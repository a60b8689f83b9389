"""Quiet hours: when a campaign sends nothing that can wait until the morning."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    clock = here.time()
    through_midnight = begin > end
    if not (clock >= begin or clock < end if through_midnight else begin <= clock < end):
        return None
    day = here.date() + timedelta(days=1 if through_midnight and clock >= begin else 0)
    ends = [
        datetime.combine(day, end, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    ]  # where the clocks go back over it, it comes twice
    return min(at for at in (*ends, max(ends) + timedelta(hours=1)) if at > now)
