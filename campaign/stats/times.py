"""When people have signed, on the campaign's calendar and clocks. From kept figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaign.petition import Petition
from storage import daily_counts, signature_times
from storage.database import Connection
from storage.signature_times import SECONDS

HOURS, DAYS = 24, 7


@dataclass(frozen=True, slots=True)
class Times:
    """A campaign's signatures by time, as they count now.

    Attributes:
        by_day: how many were added on each day on which there were any, on paper too, oldest first.
        by_hour: for each day of the week from Monday, how many signed in the chat in each hour.
        today: the day it is.
    """

    by_day: Mapping[date, int]
    by_hour: tuple[tuple[int, ...], ...]
    today: date

    @property
    def first(self) -> date:
        return min(self.by_day, default=self.today)

    @property
    def newest(self) -> int:
        """How many have been added today."""
        return self.by_day.get(self.today, 0)

    def on(self, first: date, days: int) -> list[int]:
        """How many were added on each of so many days."""
        return [self.by_day.get(first + timedelta(days=place), 0) for place in range(days)]

    def totals(self) -> list[tuple[date, int]]:
        """The total at the end of each day from the first to today."""
        total, found = 0, []
        for place, added in enumerate(self.on(self.first, (self.today - self.first).days + 1)):
            total += added
            found.append((self.first + timedelta(days=place), total))
        return found

    def busiest(self) -> tuple[int, int] | None:
        """The day of the week (0 is Monday) and hour in which most sign; None while nobody has."""
        most = max(max(day) for day in self.by_hour)
        if not most:
            return None
        return next(
            (day, hour)
            for day in range(DAYS)
            for hour in range(HOURS)
            if self.by_hour[day][hour] == most
        )


async def times(db: Connection, petition: Petition, *, now: datetime) -> Times:
    """What is known at this moment (UTC)."""
    whole = _goes_by_whole_hours(petition.zone, now)
    read = signature_times.by_hour if whole else signature_times.by_quarter
    signed = await read(db, petition.id)
    paper = await daily_counts.on_paper(db, petition.id)
    return reckoned(signed, paper, petition.zone, now)


def _goes_by_whole_hours(zone: ZoneInfo, now: datetime) -> bool:
    """Whether a zone's hours begin with those of UTC, in winter and in summer."""
    seasons = (now, now - timedelta(days=182))
    offsets = [moment.astimezone(zone).utcoffset() or timedelta() for moment in seasons]
    return not any(offset % timedelta(hours=1) for offset in offsets)


def reckoned(
    signed: Iterable[tuple[int, int]],
    paper: Iterable[tuple[datetime, int]],
    zone: ZoneInfo,
    now: datetime,
) -> Times:
    """The figures in a time zone.

    Args:
        signed: signatures in the chat by quarters of an hour, or by the first of each hour.
        paper: entries of signatures on paper, by the moment they were added (UTC).
    """
    by_day: dict[date, int] = {}
    by_hour = [[0] * HOURS for _ in range(DAYS)]
    for quarter, count in signed:
        there = datetime.fromtimestamp(quarter * SECONDS, UTC).astimezone(zone)
        by_day[there.date()] = by_day.get(there.date(), 0) + count
        by_hour[there.weekday()][there.hour] += count
    for moment, added in paper:
        day = moment.astimezone(zone).date()
        by_day[day] = by_day.get(day, 0) + added
    return Times(
        by_day=dict(sorted(by_day.items())),
        by_hour=tuple(tuple(hours) for hours in by_hour),
        today=now.astimezone(zone).date(),
    )
