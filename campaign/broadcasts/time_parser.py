"""Parse times as staff type them: "tomorrow 9:00", "26 Nov 18:30", "yfory 9:00".

A grammar of our own: libraries for this guess ("tomorrow at 9" becomes now's time of day), and a
wrong guess here is a message to thousands at the wrong time. What is not certain is not understood.

WhenError
├── NotUnderstood   no day, no time of day, or neither
├── InThePast       it is over
├── TooFar          more than two years ahead
└── NoSuchTime      the clocks jump over it
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

LONGEST = 64
FARTHEST = timedelta(days=731)

_DAY_AND_MORE = timedelta(days=2)
_LONG_OVER = timedelta(days=60)
_EVENING = time(17)
_YEARS_BETWEEN_LEAP_DAYS = 8

_AT = r"(?:(?:at|am)\s+)?"
_HALF = r"am|pm|yb|yh"
_TIME = (
    rf"(?:(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d)(?:\s*(?P<half>{_HALF}))?"
    rf"|\s*(?P<only_half>{_HALF}))|(?P<noon>noon|midday|hanner dydd))"
)
_CLOCK_LAST = re.compile(rf"(?:(?P<day>.*?\S)\s+)??{_AT}{_TIME}")
_CLOCK_FIRST = re.compile(rf"{_AT}{_TIME}\s+(?P<day>.+)")
_HOUR_LAST = re.compile(rf"(?P<day>.*?\S)\s+{_AT}\d{{1,2}}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_ISO_T = re.compile(r"(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})")
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th|af|il|ydd|ed|fed|eg|ain)?"
_DAY_MONTH = re.compile(rf"{_ORDINAL}\s+(?:of\s+)?([^\W\d_]+)\.?(?:\s+(\d{{4}}))?")
_MONTH_DAY = re.compile(rf"([^\W\d_]+)\.?\s+{_ORDINAL}(?:\s+(\d{{4}}))?")
_NEXT = re.compile(r"(?:this |(?P<next>next ))?(?:dydd )?([^\W\d_]+)\.?(?P<nesaf> nesaf)?")
_ON = re.compile(r"^(?:on|ar) (?:the )?")
_DAYS_ON = re.compile(r"(?:in|mewn|ymhen) (an?|\d{1,3}) (days?|diwrnod|weeks?|wythnos)")
_SOON = re.compile(
    r"(?:in|mewn|ymhen) (?:(?P<hours>an?|\d{1,3}) ?(?:hours?|hrs?|h|awr))?(?: ?(?:and )?"
    r"(?P<minutes>\d{1,4}) ?(?:minutes?|mins?|m|munud))?"
)
_DAYS_AWAY = {"today": 0, "heddiw": 0, "tonight": 0, "heno": 0, "tomorrow": 1, "yfory": 1}
_TONIGHT = ("tonight", "heno")
_ALSO_CALLED = {"weds": 2}


class WhenError(ValueError):
    """The time cannot be used."""


class NotUnderstood(WhenError):
    """It is no day with a time of day.

    Attributes:
        reason: "no_time": a day without a time of day; "wrong_weekday": that date is another day
            of the week; "too_long": more than LONGEST characters.
    """

    def __init__(
        self, reason: Literal["unclear", "no_time", "wrong_weekday", "too_long"] = "unclear"
    ) -> None:
        super().__init__(reason)
        self.reason = reason


class _Unusable(WhenError):
    """
    Attributes:
        when: what was understood, in the time zone that was asked for.
    """

    def __init__(self, when: datetime) -> None:
        super().__init__(when.isoformat(" ", "minutes"))
        self.when = when


class InThePast(_Unusable):
    """It is over."""


class TooFar(_Unusable):
    """It is more than two years ahead."""


class NoSuchTime(_Unusable):
    """The clocks jump over it: no clock on the wall will show `when`."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment.

    Attributes:
        at: UTC.
        ambiguous: whether the clocks will show it twice; then it is the first.
    """

    at: datetime
    ambiguous: bool = False


def parse_when(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> When:
    """The next moment that these words mean.

    A date without a year is the next one there is, unless it has been in the last two months: then
    it is over, because that is a slip more often than next year's.

    Args:
        now: UTC.
        zone: where the words are meant.
        language: whose names of months and days are understood beside English ones.

    Raises:
        NotUnderstood, InThePast, TooFar, NoSuchTime: as they say.
    """
    if len(text) > LONGEST:
        raise NotUnderstood("too_long")
    words = tidy(text)
    here = now.astimezone(zone)
    if away := _SOON.fullmatch(words):
        return _soon(away, now, zone)
    if next(days_meant(words, here.date(), language), None):
        raise NotUnderstood("no_time")
    found = readings(words, here.date(), language)
    if len(found) == 1:
        return _first(*found[0], now, zone)
    hour = _HOUR_LAST.fullmatch(words)
    if hour and next(days_meant(hour["day"], here.date(), language), None):
        raise NotUnderstood("no_time")
    raise NotUnderstood


def tidy(text: str) -> str:
    """The words as the grammar wants them: in small letters, one space apart, without commas."""
    return _ISO_T.sub(r"\1 \2", " ".join(text.casefold().replace(",", " ").split()))


def readings(words: str, today: date, language: str) -> list[tuple[Sequence[date], time]]:
    """The days and the time of day that tidy words may mean; more than one if they are unclear.

    Raises:
        NotUnderstood: they contradict themselves.
    """
    return [
        reading
        for clock in (_CLOCK_LAST.fullmatch(words), _CLOCK_FIRST.fullmatch(words))
        if clock is not None and (reading := _read(clock, today, language))
    ]


def _read(clock: re.Match[str], today: date, language: str) -> tuple[Sequence[date], time] | None:
    """The days that may be meant and the time of day; None if the rest is no day."""
    at, words = _time(clock), clock["day"]
    if words is None:
        return [today, today + timedelta(days=1)], at
    if words in _TONIGHT and at < _EVENING:
        raise NotUnderstood
    days = list(days_meant(words, today, language))
    return (days, at) if days else None


def _soon(away: re.Match[str], now: datetime, zone: ZoneInfo) -> When:
    hours, minutes = away["hours"], away["minutes"]
    if hours is None and minutes is None:
        raise NotUnderstood
    at = now + timedelta(hours=_number(hours or "0"), minutes=_number(minutes or "0"))
    if at <= now:
        raise InThePast(at.astimezone(zone))
    return When(at)


def _number(written: str) -> int:
    return 1 if written in ("a", "an") else int(written)


def _time(clock: re.Match[str]) -> time:
    if clock["noon"]:
        return time(12)
    hour, half = int(clock["hour"]), clock["half"] or clock["only_half"]
    if half:
        if not 1 <= hour <= 12:
            raise NotUnderstood
        hour = hour % 12 + (12 if half in ("pm", "yh") else 0)
    return time(hour, int(clock["minute"] or 0))


def days_meant(words: str, today: date, language: str) -> Iterator[date]:
    """The day that is meant; the one after it that may be meant if the first is over.

    Args:
        words: in small letters, without commas.
    """
    words = _ON.sub("", words)
    if words in _DAYS_AWAY:
        yield today + timedelta(days=_DAYS_AWAY[words])
        return
    if away := _DAYS_ON.fullmatch(words):
        a_week = away[2].startswith("w")
        yield today + timedelta(days=_number(away[1]) * (7 if a_week else 1))
        return
    if (named := _NEXT.fullmatch(words)) and named[2] in _weekdays(language):
        day = today + timedelta(days=(_weekdays(language)[named[2]] - today.weekday()) % 7)
        if day > today or not (named["next"] or named["nesaf"]):
            yield day
        yield day + timedelta(days=7)
        return
    yield from _dates(words, today, language)


def _dates(words: str, today: date, language: str) -> Iterator[date]:
    """A date in figures or with its month's name; a weekday before it has to be right."""
    found = _date(words, today, language)
    if found is None:
        weekday, _, rest = words.removeprefix("dydd ").partition(" ")
        found = _date(rest, today, language)
        expected = _weekdays(language).get(weekday.rstrip("."))
        if found is None or expected is None:
            return
        if found.weekday() != expected:
            raise NotUnderstood("wrong_weekday")
    yield found


def _date(words: str, today: date, language: str) -> date | None:
    try:
        if iso := _ISO.fullmatch(words):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if slashed := _SLASHED.fullmatch(words):
            return _dated(int(slashed[1]), int(slashed[3]), slashed[4], today)
        if spelt := _DAY_MONTH.fullmatch(words):
            return _dated(int(spelt[1]), _months(language)[spelt[2]], spelt[3], today)
        if spelt := _MONTH_DAY.fullmatch(words):
            return _dated(int(spelt[2]), _months(language)[spelt[1]], spelt[3], today)
    except (ValueError, KeyError):  # the 31st of June, or no month
        pass
    return None


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for ahead in range(_YEARS_BETWEEN_LEAP_DAYS + 1):
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if today - found <= _LONG_OVER:
            return found
    raise ValueError("no year has that day")


def _first(days: Sequence[date], at: time, now: datetime, zone: ZoneInfo) -> When:
    """This time of day on the first of these days on which it is not over."""
    for day in days:
        local = datetime.combine(day, at, zone)
        if abs(day - now.date()) > FARTHEST + _DAY_AND_MORE:
            raise TooFar(local) if day > now.date() else InThePast(local)
        moments = sorted({local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)})
        ahead = [moment for moment in moments if moment > now]
        if ahead:
            return _checked(When(ahead[0], ambiguous=len(ahead) > 1), local, now, zone)
    raise InThePast(local)


def _checked(when: When, local: datetime, now: datetime, zone: ZoneInfo) -> When:
    if when.at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(local)
    if when.at - now > FARTHEST:
        raise TooFar(local)
    return when


@cache
def _weekdays(language: str) -> dict[str, int]:
    return _names(language, "days") | _ALSO_CALLED


@cache
def _months(language: str) -> dict[str, int]:
    return _names(language, "months")


def _names(language: str, which: Literal["days", "months"]) -> dict[str, int]:
    """Numbers by names and by their beginnings of three letters or more; none that mean two."""
    found: dict[str, set[int]] = {}
    for locale, width in product(_locales(language), ("wide", "abbreviated")):
        for number, name in getattr(locale, which)["format"][width].items():
            called = name.casefold().removeprefix("dydd ").rstrip(".")
            for end in range(min(3, len(called)), len(called) + 1):
                found.setdefault(called[:end], set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def _locales(language: str) -> Iterator[Locale]:
    yield Locale.parse("en_GB")
    try:
        yield Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return
