"""Times as staff type them: "tomorrow 9:00", "26 Nov 18:30", "Friday 8am", "yfory 9:00"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

LONGEST = 64
FARTHEST = timedelta(days=731)

_CLOCK = re.compile(
    r"(?:\b(?:at|am)\s+)?\b(?P<hour>[01]?\d|2[0-3])"
    r"(?:[:.](?P<minute>[0-5]\d)\s*(?P<half>am|pm)?|\s*(?P<only_half>am|pm))\s*$"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(\w+)\.?(?:\s+(\d{4}))?")
_IN = re.compile(r"in\s+(\d{1,3})\s*(minutes?|mins?|hours?|hrs?|days?)")
_DAYS_AWAY = {"today": 0, "heddiw": 0, "heno": 0, "tonight": 0, "tomorrow": 1, "yfory": 1}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class WhenError(ValueError):
    """The time cannot be used."""


class NotUnderstood(WhenError):
    """It is no day with a time of day."""


class InThePast(WhenError):
    """It is over."""


class TooFar(WhenError):
    """It is more than two years ahead."""


class NoSuchTime(WhenError):
    """The clocks jump over it."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment.

    Attributes:
        at: UTC.
        ambiguous: whether the clocks show it twice; then it is the first.
    """

    at: datetime
    ambiguous: bool = False


def parse_when(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> When:
    """The next moment that these words mean. A day without a time of day is none.

    Args:
        now: UTC.
        zone: where the words are meant.
        language: whose names of months and days are understood beside English ones.

    Raises:
        NotUnderstood, InThePast, TooFar, NoSuchTime: as they say.
    """
    words = " ".join(text.casefold().replace(",", " ").split())
    if len(words) > LONGEST:
        raise NotUnderstood
    if away := _IN.fullmatch(words):
        return _checked(When(now + int(away[1]) * _UNITS[away[2][0]]), now)
    clock = _CLOCK.search(words)
    if clock is None:
        raise NotUnderstood
    at = _time(clock)
    here = now.astimezone(zone)
    day = words[: clock.start()].strip()
    wanted = _day(day, here.date(), language) if day else here.date()
    when = _at(wanted, at, zone)
    if not day and when.at <= now:
        when = _at(wanted + timedelta(days=1), at, zone)
    if when.at <= now and _names_weekday(day, language) is not None:
        when = _at(wanted + timedelta(days=7), at, zone)
    return _checked(when, now)


def _checked(when: When, now: datetime) -> When:
    if when.at <= now:
        raise InThePast
    if when.at - now > FARTHEST:
        raise TooFar
    return when


def _time(clock: re.Match[str]) -> time:
    hour, half = int(clock["hour"]), clock["half"] or clock["only_half"]
    if half:
        if not 1 <= hour <= 12:
            raise NotUnderstood
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(clock["minute"] or 0))


def _day(words: str, today: date, language: str) -> date:
    if words in _DAYS_AWAY:
        return today + timedelta(days=_DAYS_AWAY[words])
    weekday = _names_weekday(words, language)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    try:
        if iso := _ISO.fullmatch(words):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if slashed := _SLASHED.fullmatch(words):
            return _dated(int(slashed[1]), int(slashed[2]), slashed[3], today)
        if spelt := _DAY_MONTH.fullmatch(words):
            month = _months(language).get(spelt[2])
            if month is not None:
                return _dated(int(spelt[1]), month, spelt[3], today)
    except ValueError:
        pass
    raise NotUnderstood


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    """Without a year: this year's, or the next one's if that is long over."""
    if year is not None:
        return date(int(year), month, day)
    this_year = date(today.year, month, day)
    long_over = today - this_year > timedelta(days=60)
    return date(today.year + 1, month, day) if long_over else this_year


def _at(day: date, at: time, zone: ZoneInfo) -> When:
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime
    second = local.replace(fold=1).astimezone(UTC)
    return When(moment, ambiguous=second != moment)


def _names_weekday(words: str, language: str) -> int | None:
    name = words.removeprefix("on ").removeprefix("next ").removeprefix("dydd ").strip()
    return _weekdays(language).get(name)


@cache
def _weekdays(language: str) -> dict[str, int]:
    return _names(language, "days")


@cache
def _months(language: str) -> dict[str, int]:
    return _names(language, "months")


def _names(language: str, which: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in ("en", language):
        for width in ("wide", "abbreviated"):
            for number, name in getattr(Locale.parse(code), which)["format"][width].items():
                found[name.casefold().removeprefix("dydd ").rstrip(".")] = number
    return found
