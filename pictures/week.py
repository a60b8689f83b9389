"""Days and hours: how many signed on each of the last days, and in which hours of the week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pictures.canvas import (
    BLUE,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    RAMP,
    SOFT,
    TEXT,
    TROUGH,
    WIDTH,
    AxisFormat,
    Canvas,
    steps_to,
    width_of,
)

CHART, CELL = 300, 46


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands on the picture.

    Attributes:
        days, hours: above each of its halves.
        weekdays: short names from Monday.
        fewest, most: at the ends of the scale.
    """

    heading: str
    below: str
    days: str
    hours: str
    weekdays: Sequence[str]
    fewest: str
    most: str


def week(
    first: date,
    days: Sequence[int],
    by_hour: Sequence[Sequence[int]],
    words: Labels,
    speech: AxisFormat,
) -> bytes:
    """Both halves.

    Args:
        first: the day of the first number in `days`; the last is today, and not over.
        by_hour: seven days from Monday, of 24 hours.
    """
    sheet = Canvas(1200)
    y = sheet.heading(words.heading, words.below) + 44.0
    sheet.text((MARGIN, y), words.days, bold=True)
    y = _days(sheet, y + 30, first, days, speech)
    y += 76
    sheet.text((MARGIN, y), words.hours, bold=True)
    y = _hours(sheet, y + 22, by_hour, words)
    return sheet.png(y)


def shade(number: int, most: int) -> str:
    """The colour of a number between none and the most."""
    if number <= 0:
        return TROUGH
    return RAMP[min(len(RAMP) - 1, number * len(RAMP) // (most + 1))]


def scale(sheet: Canvas, left: float, y: float, fewest: str, most: str) -> None:
    """What the colours mean: words, colours, words."""
    sheet.text((left, y), fewest, colour=SOFT)
    x = left + width_of(fewest, TEXT) + 14
    for colour in RAMP:
        sheet.box((x, y - 24), (x + 36, y + 4), colour, round_=0)
        x += 36
    sheet.text((x + 14, y), most, colour=SOFT)


def _days(sheet: Canvas, top: float, first: date, days: Sequence[int], speech: AxisFormat) -> float:
    steps = steps_to(max(0, *days), 3)
    gutter = max(width_of(speech.number(step), TEXT) for step in steps)
    left, right, bottom = MARGIN + gutter + 16, WIDTH - MARGIN, top + CHART
    for step in steps:
        y = bottom - CHART * step / steps[-1]
        sheet.line([(left, y), (right, y)], LINE if step else INK, 2)
        sheet.text((left - 14, y), speech.number(step), colour=SOFT, anchor="rm")
    wide = (right - left) / len(days)
    for place, added in enumerate(days):
        x = left + wide * place
        high = CHART * max(0, added) / steps[-1]
        colour = ORANGE if place == len(days) - 1 else BLUE
        sheet.box((x + wide * 0.1, bottom - high), (x + wide * 0.9, bottom), colour, round_=4)
    for place, anchor in ((0, "ls"), (len(days) // 2, "ms"), (len(days) - 1, "rs")):
        x = left + wide * (place + {"l": 0.0, "m": 0.5, "r": 1.0}[anchor[0]])
        day = first + timedelta(days=place)
        sheet.text((x, bottom + 42), speech.day(day), colour=SOFT, anchor=anchor)
    return bottom + 42


def _hours(sheet: Canvas, top: float, by_hour: Sequence[Sequence[int]], words: Labels) -> float:
    most = max(max(hours) for hours in by_hour)
    gutter = max(width_of(name, TEXT) for name in words.weekdays)
    left = MARGIN + gutter + 16
    wide = (WIDTH - MARGIN - left) / 24
    for day, hours in enumerate(by_hour):
        y = top + day * CELL
        name = words.weekdays[day]
        sheet.text((left - 14, y + CELL / 2), name, colour=SOFT, anchor="rm")
        for hour, number in enumerate(hours):
            x = left + wide * hour
            colour = shade(number, most)
            sheet.box((x + 1, y + 1), (x + wide - 1, y + CELL - 1), colour, round_=3)
    y = top + 7 * CELL + 38
    for hour in (0, 6, 12, 18):
        sheet.text((left + wide * hour, y), f"{hour:02}:00", colour=SOFT)
    scale(sheet, left, y + 56, words.fewest, words.most)
    return y + 90
