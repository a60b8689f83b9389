"""The day on which people signed on paper, as staff type it: always one that has been."""

import re
from datetime import date, timedelta
from itertools import chain

from babel import Locale, UnknownLocaleError

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?\.?")
_WORDS = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?\s+(\w+)\.?(?:,?\s+(\d{4}))?")
OLDEST = timedelta(days=3653)


def day(text: str, *, today: date, language: str) -> date:
    """A day such as 2009-11-24, 24/11, 24.11.2009 or 24 November; without a year the last one.

    Args:
        language: whose names of months are understood, beside the English.

    Raises:
        ValueError: no day, one to come, or one of more than ten years ago.
    """
    written = " ".join(text.split()).casefold()
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


def _months(language: str) -> _Months:
    found = _Months()
    for code in ("en", language):
        try:
            months = Locale.parse(code, sep="-").months
        except (UnknownLocaleError, ValueError):
            continue
        widths = chain.from_iterable(
            months[use][width].items()
            for use in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
        )
        found.update({name.casefold().rstrip("."): number for number, name in widths})
    return found
