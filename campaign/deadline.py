"""When signing ends, as a campaign says it: a day and a time of day on the campaign's own clocks.

"Midnight on 30 November" is the end of that day: it is kept, and written in files, as
`2026-11-30 24:00` (ISO 8601-1:2019/Amd 1:2022, 5.3.2), and shown with that day. 00:00 would be read
as the beginning by some and as the end by others, so it is refused. A time that the clocks show
twice is the second one: nobody is late who still reads it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaign.broadcasts.time_parser import (
    FARTHEST,
    LONGEST,
    InThePast,
    NotUnderstood,
    TooFar,
    WhenError,
    days_meant,
    parse_when,
    readings,
    tidy,
)
from campaign.definition.problems import refusal

END_OF_DAY = "24:00"

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_MIDNIGHT = r"(?:(?:12 )?midnight|hanner nos|24[:.]00)"
_LAST = re.compile(rf"(?:(?P<day>.*?\S)\s+)??(?:(?:at|am)\s+)?{_MIDNIGHT}")
_FIRST = re.compile(rf"(?:(?:at|am)\s+)?{_MIDNIGHT}\s+(?:(?:on|ar)\s+)?(?P<day>.+)")
_END_OF = re.compile(r"(?:the )?end of (?:the )?(?:day )?(?P<day>.+)")
_YEAR = re.compile(r"\b\d{4}\b")
_ANY_DAY = date(2000, 1, 1)
_HOW = 'write a day with its year and a time of day, such as "2026-11-30 18:00"; '
_OF_WHICH_DAY = "24:00 is the midnight at the end of that day"


class TwoMidnights(WhenError):
    """It says 00:00, which may be the beginning of that day or its end.

    Attributes:
        day: the day that was named.
    """

    def __init__(self, day: date) -> None:
        super().__init__(day.isoformat())
        self.day = day


@dataclass(frozen=True, slots=True)
class Closing:
    """The moment from which on nothing that is signed counts.

    Attributes:
        at: UTC.
        day: on which it is, as people say it: midnight is the end of the day before.
        midnight: whether it is the end of that day.
        zone: on whose clocks.
        days_left: whole days from today to that day; None where today is not known.
    """

    at: datetime
    day: date
    midnight: bool
    zone: str
    days_left: int | None = None


def closing(written: str, zone: str, today: date | None = None) -> Closing:
    """What is kept, as the moment that it means.

    Args:
        written: as `from_file` and `parse_closing` give it.
        today: on the same clocks.
    """
    day, clock = _parts(written)
    left = None if today is None else (day - today).days
    return Closing(moment(written, ZoneInfo(zone)), day, clock is None, zone, left)


def moment(written: str, zone: ZoneInfo) -> datetime:
    """The same in UTC; of two the second, and where the clocks jump over it, right after that."""
    local = _local(written, zone)
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


def is_jumped_over(written: str, zone: ZoneInfo) -> bool:
    """Whether no clock on the wall will show it. Midnight is the end of its day all the same."""
    _, clock = _parts(written)
    there = moment(written, zone).astimezone(zone).replace(tzinfo=None)
    return clock is not None and there != _local(written, zone).replace(tzinfo=None)


def is_shown_twice(written: str, zone: ZoneInfo) -> bool:
    """Whether the clocks go back over it, so that it comes twice."""
    local = _local(written, zone)
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    return first < second


def from_file(value: object) -> str:
    """What a campaign file says, as it is kept: a text, a date or a time of TOML's.

    Raises:
        pydantic_core.PydanticCustomError: it is no day with its year, or no time of day.
    """
    match value:
        case datetime():
            if value.tzinfo is not None:
                raise refusal(
                    "has an offset from UTC, and is meant on the clocks of the time zone",
                    f"{_HOW}{_OF_WHICH_DAY}",
                )
            if value.second or value.microsecond:
                raise refusal("has seconds in it", "write hours and minutes only")
            return _kept(value.date(), value.time())
        case date():
            return _kept(value, None)
        case str() if len(value) <= LONGEST and _YEAR.search(value):
            return _from_words(tidy(value))
    raise refusal("is no day and time", f"{_HOW}{_OF_WHICH_DAY}")


def parse_closing(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> str:
    """What staff type in the chat, as it is kept. A day alone means its end.

    Args:
        now: UTC.
        zone: where the words are meant.
        language: whose names of days and months are understood beside English ones.

    Raises:
        TwoMidnights, or another WhenError.
    """
    if len(text) > LONGEST:
        raise NotUnderstood("too_long")
    words, today = tidy(text), now.astimezone(zone).date()
    ends = _ends_of(words, today, language)
    for day in ends:
        written = f"{day.isoformat()} {END_OF_DAY}"
        if day.year > _LAST_YEAR or day - today > FARTHEST:
            raise TooFar(datetime.combine(day, time(), zone))
        if moment(written, zone) > now:
            return written
    if ends:
        raise InThePast(datetime.combine(ends[-1], time(), zone))
    local = parse_when(text, now=now, zone=zone, language=language).at.astimezone(zone)
    if not (local.hour or local.minute):
        raise TwoMidnights(local.date())
    return f"{local:%Y-%m-%d %H:%M}"


def _ends_of(words: str, today: date, language: str) -> list[date]:
    """The days that may be meant by their ends; none if these words mean another time."""
    for midnight in (one.fullmatch(words) for one in (_LAST, _FIRST, _END_OF)):
        if midnight is not None:
            named = midnight["day"]
            return [today] if named is None else list(days_meant(named, today, language))
    return list(days_meant(words, today, language))


def _from_words(words: str) -> str:
    try:
        if days := _ends_of(words, _ANY_DAY, "en"):
            return _kept(days[0], None)
        found = readings(words, _ANY_DAY, "en")
    except NotUnderstood as why:
        what = "names another day of the week" if why.reason == "wrong_weekday" else "is unclear"
        raise refusal(what, f"{_HOW}{_OF_WHICH_DAY}") from None
    if len(found) != 1:
        raise refusal("is no day and time", f"{_HOW}{_OF_WHICH_DAY}")
    (on, *_), at = found[0]
    return _kept(on, at)


def _kept(day: date, at: time | None) -> str:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise refusal(f"is in the year {day.year}", f"{_HOW}{_OF_WHICH_DAY}")
    if at == time():
        before = day - timedelta(days=1)
        raise refusal(
            "is midnight, which may be the beginning of that day or its end",
            f'write "{day} {END_OF_DAY}" for its end, or "{before} {END_OF_DAY}" for its beginning',
        )
    return f"{day.isoformat()} {END_OF_DAY if at is None else f'{at:%H:%M}'}"


def _parts(written: str) -> tuple[date, time | None]:
    day, clock = written.split()
    return date.fromisoformat(day), None if clock == END_OF_DAY else time.fromisoformat(clock)


def _local(written: str, zone: ZoneInfo) -> datetime:
    day, clock = _parts(written)
    if clock is None:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, clock, zone)
