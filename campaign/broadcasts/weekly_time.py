"""A weekly time such as "Friday 17:00", and when it comes next."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WRITTEN = re.compile(r"([a-z]+) ([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """One moment of each week.

    Attributes:
        weekday: 0 is Monday.
        clock: on the clocks of the person who asks.
    """

    weekday: int
    clock: time

    def latest(self, now: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
        """The last time it came, up to now: the day in this zone, and the moment (UTC).

        Where the clocks jump over it, it comes as much later; where it comes twice, the first.

        Args:
            now: UTC.
        """
        today = now.astimezone(zone).date()
        day = today - timedelta(days=(today.weekday() - self.weekday) % 7)
        moment = datetime.combine(day, self.clock, zone).astimezone(UTC)
        if moment > now:
            day -= timedelta(days=7)
            moment = datetime.combine(day, self.clock, zone).astimezone(UTC)
        return day, moment


def parse_weekly(written: str) -> WeeklyTime:
    """The moment that "Friday 17:00" means; English names of days, or their first three letters.

    Raises:
        ValueError: it is not written like that.
    """
    found = _WRITTEN.fullmatch(" ".join(written.casefold().split()))
    named = [] if found is None else [day for day in DAYS if found[1] in (day, day[:3])]
    if found is None or not named:
        raise ValueError("not a day of the week and a time of day")
    return WeeklyTime(DAYS.index(named[0]), time(int(found[2]), int(found[3])))
