"""The day on which people signed on paper, as staff type it: always one that has been."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from babel import Locale, UnknownLocaleError

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?\.?")
_WORDS = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?\s+(\w+)\.?(?:,?\s+(\d{4}))?")
_LEADING = re.compile(r"^(?:on |the |ar |dydd (?=\d))+")
_LAST = re.compile(r"^(?:last |this )|(?: diwethaf| dwetha)$|^(?:dydd |nos )")
_AGO = re.compile(r"(\d{1,3}) ?(days?|weeks?|diwrnod|wythnos) (?:ago|yn ôl)")
_LENGTHS = {
    unit: timedelta(days=days)
    for days, units in ((1, ("day", "days", "diwrnod")), (7, ("week", "weeks", "wythnos")))
    for unit in units
}
_DAYS_AGO = {
    **dict.fromkeys(("today", "tonight", "just now", "now", "this morning", "heddiw", "heno"), 0),
    **dict.fromkeys(("yesterday", "yesterday evening", "last night", "ddoe", "doe", "neithiwr"), 1),
    **dict.fromkeys(("day before yesterday", "echdoe"), 2),
}
OLDEST = timedelta(days=3653)


def day(text: str, *, today: date, language: str) -> date:
    """A day such as yesterday, Saturday, 2009-11-24, 24/11 or 24 November; without a year, and of
    days of the week, the last one.

    Args:
        language: whose names of months and days are understood, beside the English.

    Raises:
        ValueError: no day, one to come, or one of more than ten years ago.
    """
    written = " ".join(text.split()).casefold()
    written = _LEADING.sub("", written.rstrip(".!"))
    if written in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[written])
    if found := _AGO.fullmatch(written):
        return _past(today - int(found[1]) * _LENGTHS[found[2]], today)
    if (weekday := _weekdays(language).get(_LAST.sub("", written))) is not None:
        return today - timedelta(days=(today.weekday() - weekday) % 7 or 7 * ("last" in written))
    if found := _ISO.fullmatch(written):
        year, month, number = map(int, found.groups())
        return _past(date(year, month, number), today)
    if found := _NUMBERS.fullmatch(written):
        return _dated(int(found[1]), int(found[2]), found[3], today)
    if found := _WORDS.fullmatch(written):
        return _dated(int(found[1]), _months(language)[found[2]], found[3], today)
    raise ValueError("no day")


def _dated(number: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        full = int(year) + (2000 if len(year) == 2 else 0)
        return _past(date(full, month, number), today)
    this_year = date(today.year, month, number)
    return this_year if this_year <= today else date(today.year - 1, month, number)


def _past(found: date, today: date) -> date:
    if not today - OLDEST <= found <= today:
        raise ValueError("not in the last ten years")
    return found


class _Months(dict[str, int]):
    def __missing__(self, name: str) -> int:
        raise ValueError("no month")


def _weekdays(language: str) -> dict[str, int]:
    return {
        name.casefold().rstrip(".").removeprefix("dydd "): number
        for names in _names("days", language)
        for number, name in names
    }


def _names(what: str, language: str) -> Iterator[Iterable[tuple[int, str]]]:
    """What a language and English call months or days, long and short."""
    for code in ("en", language):
        try:
            calendar = getattr(Locale.parse(code, sep="-"), what)
        except (UnknownLocaleError, ValueError):
            continue
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                yield calendar[use][width].items()


def _months(language: str) -> _Months:
    found = _Months()
    for names in _names("months", language):
        found.update({name.casefold().rstrip("."): number for number, name in names})
    return found
