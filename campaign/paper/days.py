"""The day on which people signed on paper, as staff type it: always one that has been."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from babel import Locale, UnknownLocaleError

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?\.?")
_WORDS = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?\s+(\w+)\.?(?:,?\s+(\d{4}))?")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_WEEKDAY_FIRST = re.compile(r"(?:dydd )?([^\W\d]{3,})\.?,? (?:the )?(\d.*)")
_PART_OF_DAY = re.compile(r"(?: in the)? (?:morning|afternoon|evening|night)$| (?:bore|prynhawn)$")
_LEADING = re.compile(r"^(?:on |the |ar |dydd (?=\d))+")
_LAST = re.compile(r"^(?:last |this )|(?: diwethaf| dwetha)$|^(?:dydd |nos )")
_AGO = re.compile(r"(\d{1,3}|an?|one|two|three) ?(days?|weeks?|diwrnod|wythnos) (?:ago|yn ôl)")
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
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
_SHORTEST_WEEKDAY = 3
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
        count = _COUNTS.get(found[1]) or int(found[1])
        return _past(today - count * _LENGTHS[found[2]], today)
    written = _PART_OF_DAY.sub("", written)
    if (weekday := _weekday(_LAST.sub("", written), language)) is not None:
        return today - timedelta(days=(today.weekday() - weekday) % 7 or 7 * ("last" in written))
    if found := _WEEKDAY_FIRST.fullmatch(written):
        weekday = _weekday(found[1], language)
        if weekday is not None:
            return _on(weekday, day(found[2], today=today, language=language))
    if found := _MONTH_FIRST.fullmatch(written):
        return _dated(int(found[2]), _months(language)[found[1]], found[3], today)
    if found := _ISO.fullmatch(written):
        year, month, number = map(int, found.groups())
        return _past(date(year, month, number), today)
    if found := _NUMBERS.fullmatch(written):
        return _dated(int(found[1]), int(found[2]), found[3], today)
    if found := _WORDS.fullmatch(written):
        return _dated(int(found[1]), _months(language)[found[2]], found[3], today)
    raise ValueError("no day")


def _on(weekday: int, found: date) -> date:
    if found.weekday() != weekday:
        raise ValueError("another day of the week")
    return found


def _weekday(written: str, language: str) -> int | None:
    """By its name, or what is usual of it: Sat, Tues, Weds."""
    known = _weekdays(language)
    for tried in (written, written.removesuffix("s")):
        meant = {number for name, number in known.items() if name.startswith(tried)}
        if len(tried) >= _SHORTEST_WEEKDAY and len(meant) == 1:
            return meant.pop()
    return None


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
