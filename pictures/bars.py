"""Bars one below the other: each with its words above it, and its number at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from pictures.canvas import (
    BLUE,
    MARGIN,
    ORANGE,
    SOFT,
    TEXT,
    TROUGH,
    WIDTH,
    Canvas,
    fitted,
    width_of,
)

BAR, ROW = 34, 96


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        figure: its number, ready to be read.
        note: stands at the right end of the line above it.
        stands_out: drawn in the second colour.
    """

    words: str
    number: int
    figure: str
    note: str = ""
    stands_out: bool = False


def bars(heading: str, below: str, shown: Sequence[Bar]) -> bytes:
    """Bars in the order they are given in, from a common line, the longest as wide as the picture.

    Args:
        below: a line below the heading.
        shown: one at least.
    """
    sheet = Canvas(320 + len(shown) * ROW)
    end = drawn(sheet, sheet.heading(heading, below), shown, left=MARGIN, right=WIDTH - MARGIN)
    return sheet.png(end + MARGIN // 2)


def drawn(sheet: Canvas, top: float, shown: Sequence[Bar], *, left: float, right: float) -> float:
    """Draw bars between these edges; gives where they end."""
    most = max(1, *(bar.number for bar in shown))
    room = max(width_of(bar.figure, TEXT, bold=True) for bar in shown) + 16
    y = top
    for bar in shown:
        colour = ORANGE if bar.stands_out else BLUE
        note = width_of(bar.note, TEXT) + 16 if bar.note else 0
        sheet.text((left, y + 38), fitted(bar.words, TEXT, right - left - note))
        if bar.note:
            sheet.text((right, y + 38), bar.note, colour=SOFT, anchor="rs")
        edge = right - room
        sheet.box((left, y + 50), (edge, y + 50 + BAR), TROUGH)
        length = (edge - left) * max(0, bar.number) / most
        if bar.number > 0:
            sheet.box((left, y + 50), (left + max(6, length), y + 50 + BAR), colour)
        middle = y + 50 + BAR / 2
        sheet.text((right, middle), bar.figure, colour=colour, anchor="rm", bold=True)
        y += ROW
    return y
