"""The total over time: how it goes, with what has happened; and where it may lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pictures.canvas import (
    BLUE,
    FIGURE,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    SOFT,
    TEXT,
    WIDTH,
    AxisFormat,
    Canvas,
    Point,
    fitted,
    steps_to,
    width_of,
)

CHART = 560
"""Height of the space between the axes."""

TALL = 46
"""Height of a line of the list below a chart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: its number on the curve stands below with its words."""

    day: date
    words: str


@dataclass(frozen=True, slots=True)
class Fan:
    """The days on which the goal may be reached; None for too far away."""

    early: date | None
    middle: date | None
    late: date | None


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands on the picture.

    Attributes:
        figure: the total, as the largest thing on it; beside it, `beside`.
        goal: beside the line of the goal.
    """

    heading: str
    figure: str
    beside: str
    goal: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and numbers stand between the axes."""

    left: float
    right: float
    top: float
    bottom: float
    first: date
    days: int
    most: int

    def at(self, day: date, total: float) -> Point:
        share = min(1.0, max(0.0, (day - self.first).days / max(1, self.days)))
        up = (self.bottom - self.top) * min(1.0, max(0.0, total / self.most))
        return self.left + (self.right - self.left) * share, self.bottom - up


def growth(
    totals: Sequence[tuple[date, int]],
    goal: int,
    words: Labels,
    speech: AxisFormat,
    *,
    marks: Sequence[Mark] = (),
) -> bytes:
    """The total at the end of each day against the goal, with what happened on the way.

    Args:
        totals: from the first day to the last, without gaps; at least one. It is drawn from nothing
            on the day before.
    """
    totals = [(totals[0][0] - timedelta(days=1), 0), *totals]
    rows = len(marks)
    sheet = Canvas(420 + CHART + rows * TALL)
    frame = _axes(sheet, totals, goal, totals[-1][0], words, speech)
    curve = [frame.at(*one) for one in totals]
    ends = ((curve[-1][0], frame.bottom), (curve[0][0], frame.bottom))
    sheet.area([*curve, *ends], PALE_BLUE)
    sheet.line(curve, BLUE, 5)
    _numbers(sheet, frame, totals, marks)
    sheet.spot(curve[-1], 11, BLUE)
    y = frame.bottom + 100
    for number, mark in enumerate(marks, 1):
        _number(sheet, (MARGIN + 20, y - 11), number)
        line = f"{speech.day(mark.day)}  {mark.words}"
        sheet.text((MARGIN + 56, y), fitted(line, TEXT, WIDTH - 2 * MARGIN - 56))
        y += TALL
    return sheet.png(y - 16 if marks else frame.bottom + 76)


def ahead(
    totals: Sequence[tuple[date, int]], goal: int, fan: Fan, words: Labels, speech: AxisFormat
) -> bytes:
    """The last weeks' totals, and the days between which the goal may be reached."""
    today, total = totals[-1]
    known = [day for day in (fan.early, fan.middle, fan.late) if day is not None]
    span = (max(known, default=today) - today).days
    last = today + timedelta(days=max(14, span * 9 // 8))
    if fan.late is None:
        last = today + timedelta(days=max(90, span * 3 // 2))
    shown = [one for one in totals if (today - one[0]).days <= max(28, (last - today).days)]
    sheet = Canvas(420 + CHART)
    frame = _axes(sheet, shown, goal, last, words, speech)
    now = frame.at(today, total)
    if fan.early is not None:
        soon = frame.at(fan.early, goal)
        if fan.late is not None:
            sheet.area([now, soon, frame.at(fan.late, goal)], PALE_BLUE)
        else:
            sheet.area([now, soon, (frame.right, soon[1]), (frame.right, now[1])], PALE_BLUE)
    if fan.middle is not None:
        sheet.line([now, frame.at(fan.middle, goal)], BLUE, 3)
    sheet.line([frame.at(*one) for one in shown], BLUE, 6)
    sheet.dashes(frame.left, frame.right, frame.at(today, goal)[1], ORANGE, 4)
    sheet.spot(now, 11, BLUE)
    clear = frame.left + 10 + width_of(words.goal, TEXT, bold=True) + 16
    for day in (fan.early, fan.late):
        if day is not None:
            x, y = frame.at(day, goal)
            half = width_of(speech.day(day), TEXT, bold=True) / 2
            sheet.spot((x, y), 10, ORANGE)
            up = 24 if x - half > clear else 66
            middle = min(x, frame.right - half)
            sheet.text((middle, y - up), speech.day(day), anchor="ms", bold=True)
            clear = middle + half + 16
    return sheet.png(frame.bottom + 76)


def _axes(
    sheet: Canvas,
    totals: Sequence[tuple[date, int]],
    goal: int,
    last: date,
    words: Labels,
    speech: AxisFormat,
) -> _Frame:
    """Heading, figure, lines and days."""
    y = sheet.heading(words.heading)
    y += FIGURE
    sheet.text((MARGIN, y), words.figure, size=FIGURE, bold=True, colour=BLUE)
    beside = MARGIN + width_of(words.figure, FIGURE, bold=True) + 22
    sheet.text((beside, y), fitted(words.beside, TEXT, WIDTH - MARGIN - beside), colour=SOFT)
    highest = max(goal, *(total for _, total in totals))
    steps = steps_to(highest * 21 // 20)
    gutter = max(width_of(speech.number(step), TEXT) for step in steps)
    first = totals[0][0]
    frame = _Frame(
        left=MARGIN + gutter + 16,
        right=WIDTH - MARGIN - 8,
        top=y + 56,
        bottom=y + 56 + CHART - 60,
        first=first,
        days=(last - first).days,
        most=steps[-1],
    )
    for step in steps:
        _, line = frame.at(first, step)
        sheet.line([(frame.left, line), (frame.right, line)], INK if not step else LINE, 2)
        sheet.text((frame.left - 14, line), speech.number(step), colour=SOFT, anchor="rm")
    _, line = frame.at(first, goal)
    sheet.dashes(frame.left, frame.right, line, ORANGE, 4)
    sheet.text((frame.left + 10, line - 12), words.goal, colour=ORANGE, bold=True)
    _days(sheet, frame, last, speech)
    return frame


def _days(sheet: Canvas, frame: _Frame, last: date, speech: AxisFormat) -> None:
    """The first day, the last, and as many between them as there is room for."""
    pieces = min(4, max(1, frame.days // 7)) if frame.days else 0
    between = range(1, pieces)
    shown = {frame.first + timedelta(days=frame.days * n // pieces) for n in between}
    for day in sorted({frame.first, *shown, last}):
        x, _ = frame.at(day, 0)
        anchor = "ls" if day == frame.first else "rs" if day == last else "ms"
        sheet.line([(x, frame.bottom), (x, frame.bottom + 10)], SOFT, 2)
        sheet.text((x, frame.bottom + 46), speech.day(day), colour=SOFT, anchor=anchor)


def _numbers(
    sheet: Canvas, frame: _Frame, totals: Sequence[tuple[date, int]], marks: Sequence[Mark]
) -> None:
    """The marks' numbers on the curve; of those that would hide each other, one stands higher."""
    reached = dict(totals)
    taken: list[Point] = []
    for number, mark in enumerate(marks, 1):
        day = min(max(mark.day, totals[0][0]), totals[-1][0])
        x, y = frame.at(day, reached[day])
        foot = y
        y -= 42
        while any(abs(x - other) < 42 and abs(y - above) < 42 for other, above in taken):
            y -= 44
        taken.append((x, y))
        sheet.line([(x, foot), (x, y)], ORANGE, 3)
        _number(sheet, (x, y), number)


def _number(sheet: Canvas, where: Point, number: int) -> None:
    sheet.spot(where, 20, ORANGE)
    sheet.text(where, str(number), size=26, colour="#ffffff", anchor="mm", bold=True)
