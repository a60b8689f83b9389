"""Parse a day or a range of days as staff type it: "16 to 18 November".

The grammar of days is that of times.py, and its errors are raised here, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaign.broadcasts.time_parser import (
    FARTHEST,
    LONGEST,
    InThePast,
    NotUnderstood,
    TooFar,
    days_meant,
)

LONGEST_RANGE = timedelta(days=366)

_BEGINNING = re.compile(r"^(?:between|from|rhwng|o) (?=\S)")
_BETWEEN = re.compile(r" (?:to|until|till|and|i|a|ac|hyd|hyd at|-|–|—) |(?<=[^\W_])[–—](?=[^\W_])")
_HYPHEN = re.compile(r"(?<=\d)(?:st|nd|rd|th|af|il|ydd|ed|fed|eg|ain)?-(?=\d)")
_NUMBER = r"\d{1,2}(?:st|nd|rd|th|af|il|ydd|ed|fed|eg|ain)?"
_ALONE = re.compile(_NUMBER)
_DAY_FIRST = re.compile(rf"(?:[^\W\d_]+\.? )?{_NUMBER} ((?:of )?[^\W\d_]+\.?(?: \d{{4}})?)")
_MONTH_FIRST = re.compile(rf"([^\W\d_]+\.?) {_NUMBER}")
_YEAR = re.compile(r".*[^\W\d_]\.? (\d{4})")
_NO_YEAR = re.compile(r".*[^\W\d_]\.?|[^\W\d_]+\.? " + _NUMBER)


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a range; the same, if it is a single one."""

    first: date
    last: date


def parse_days(text: str, *, now: datetime, zone: ZoneInfo, language: str) -> Days:
    """The next day, or days, that these words mean. A range that has begun already is taken.

    Args:
        now: UTC.
        zone: on whose calendar.
        language: whose names of months and days are understood beside English ones.

    Raises:
        NotUnderstood, InThePast, TooFar: as they say.
    """
    if len(text) > LONGEST:
        raise NotUnderstood("too_long")
    words = " ".join(text.casefold().replace(",", " ").split())
    today = now.astimezone(zone).date()
    if single := list(days_meant(words, today, language)):
        return _checked({Days(day, day) for day in single}, today, zone)
    found = {
        days
        for first, last in _halves(_BEGINNING.sub("", words, count=1))
        for days in _ranges(first, last, today, language)
    }
    return _checked(found, today, zone)


def _halves(words: str) -> Iterator[tuple[str, str]]:
    """Every way to read the words as two days, each of them whole."""
    for between in (*_BETWEEN.finditer(words), *_HYPHEN.finditer(words)):
        first, last = words[: between.start()].strip(), words[between.end() :].strip()
        if _ALONE.fullmatch(first) and (whole := _DAY_FIRST.fullmatch(last)):
            first = f"{first} {whole[1]}"
        elif _ALONE.fullmatch(last) and (whole := _MONTH_FIRST.fullmatch(first)):
            last = f"{whole[1]} {last}"
        yield first, last


def _ranges(first: str, last: str, today: date, language: str) -> Iterator[Days]:
    year = _YEAR.fullmatch(last)
    if year and _NO_YEAR.fullmatch(first):
        first = f"{first} {year[1]}"
    for begins in days_meant(first, today, language):
        ends = [
            day
            for since in (today, begins)
            for day in days_meant(last, since, language)
            if day >= begins
        ]
        if ends and min(ends) - begins <= LONGEST_RANGE:
            yield Days(begins, min(ends))


def _checked(found: set[Days], today: date, zone: ZoneInfo) -> Days:
    """The first that is not over."""
    ahead = sorted((days for days in found if days.last >= today), key=lambda days: days.first)
    if not found:
        raise NotUnderstood
    chosen = ahead[0] if ahead else max(found, key=lambda days: days.last)
    if not ahead:
        raise InThePast(datetime.combine(chosen.last, time(), zone))
    if chosen.last - today > FARTHEST:
        raise TooFar(datetime.combine(chosen.last, time(), zone))
    return chosen
