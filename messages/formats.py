"""Numbers, dates and plurals as a language writes them (Unicode CLDR, by Babel)."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    get_day_names,
    get_timezone,
)
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

_CELLS = 10
_FULL, _EMPTY = "▰", "▱"


class Formats:
    """The filters of one language's templates."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self.number = lru_cache(maxsize=4096)(self._number)
        self.date = lru_cache(maxsize=1024)(self._date)
        self.short_day = lru_cache(maxsize=1024)(self._short_day)

    def filters(self) -> dict[str, Callable[..., str]]:
        """Give every filter by the name that templates use."""
        return {
            "number": self.number,
            "date": self.date,
            "short_day": self.short_day,
            "weekday": self.weekday,
            "datetime": self.datetime,
            "own_time": self.own_time,
            "time": self.time,
            "percent": self.percent,
            "plural": self.plural,
            "country": self.country,
            "language_name": self.language_name,
            "bar": bar,
        }

    def _number(self, value: int) -> str:
        return format_decimal(value, locale=self._locale)

    def _date(self, value: dt.date) -> str:
        return format_date(value, format="long", locale=self._locale)

    def _short_day(self, value: dt.date) -> str:
        """Write a day as briefly as can be understood: 3 Nov."""
        return format_skeleton("MMMd", value, locale=self._locale)

    def weekday(self, value: int, width: str = "wide") -> str:
        """Name a day of the week, 0 being Monday; `width` is "wide" or "abbreviated"."""
        name: str = get_day_names(width, locale=self._locale)[value]  # type: ignore[arg-type]
        return name

    def datetime(self, value: dt.datetime, zone: str = "UTC") -> str:
        """Write an aware time in a time zone (tz database name): 3 November 2009, 14:05.

        Raises:
            ValueError: the time is naive.
            LookupError: there is no such time zone.
        """
        if value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be written")
        return format_datetime(
            value, format="d MMMM y, HH:mm", tzinfo=get_timezone(zone), locale=self._locale
        )

    def own_time(self, value: dt.datetime, zone: str) -> Markup:
        """The same for a Telegram message, where a tap on it tells the time in the reader's own
        zone (https://core.telegram.org/bots/api#date-time-entity-formatting, Bot API 9.5)."""
        written = escape(self.datetime(value, zone))
        return Markup(f'<tg-time unix="{int(value.timestamp())}">{written}</tg-time>')  # noqa: S704

    def time(self, value: dt.datetime, zone: str) -> str:
        """Write the time of day of an aware time in a time zone (tz database name): 14:05."""
        return format_time(value, format="HH:mm", tzinfo=get_timezone(zone), locale=self._locale)

    def percent(self, value: float) -> str:
        """Write a share (0.41) as a percentage (41%)."""
        return format_percent(value, locale=self._locale)

    def plural(self, value: int, *, other: str, **forms: str) -> str:
        """Choose the form for a count: zero, one, two, few, many or other.

        Which numbers take which: https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
        """
        return forms.get(self._locale.plural_form(value), other)

    def country(self, value: str) -> str:
        """Name the country of an ISO 3166-1 code; anything else is given back as it is."""
        name: str = self._locale.territories.get(value, value)
        return name

    def language_name(self, value: str) -> str:
        """Name the language of a code such as "cy"; anything else is given back as it is."""
        name: str = self._locale.languages.get(value, value)
        return name


def bar(value: int, goal: int) -> str:
    """Draw progress towards a goal in ten cells: the first fills with one, the last at the goal."""
    if goal <= 0:
        return _FULL * _CELLS
    full = min(_CELLS, max(value * _CELLS // goal, 1 if value > 0 else 0))
    return _FULL * full + _EMPTY * (_CELLS - full)
