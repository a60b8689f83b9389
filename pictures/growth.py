"""A picture of how the signatures of a campaign have grown."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from PIL import Image, ImageDraw

from pictures.fonts import can_write, font, wrapped

WIDTH, HEIGHT, MARGIN = 1200, 800, 80
TITLE_SIZE, LABEL_SIZE = 42, 26
LINES = 4
INK, PALE, PAPER, GROWTH, UNDER = "#1b2733", "#8a97a5", "#ffffff", "#2a7de1", "#dbe9fb"
GRID = "#e6ebf0"


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands on the picture, as it is to be read.

    Attributes:
        first, last: the days at its ends.
    """

    title: str
    first: str
    last: str


def growth_picture(days: Mapping[date, int], words: Labels) -> bytes:
    """A PNG: the total over the days, from nothing to what it is now.

    Args:
        days: signatures that were added on each day, oldest first; at least one day.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    top = _title(draw, words.title)
    totals = _totals(days)
    highest = _ceiling(max(totals))
    left = MARGIN + int(font(LABEL_SIZE).getlength(f"{highest:,}"))
    bottom, right = HEIGHT - MARGIN - LABEL_SIZE, WIDTH - MARGIN
    for line in range(LINES + 1):
        y = bottom - (bottom - top) * line // LINES
        draw.line([(left, y), (right, y)], fill=GRID, width=2)
        label = f"{highest * line // LINES:,}"
        draw.text((left - 16, y), label, font=font(LABEL_SIZE), fill=PALE, anchor="rm")
    steps = max(1, len(totals) - 1)
    curve = [
        (left + (right - left) * place / steps, bottom - (bottom - top) * total / highest)
        for place, total in enumerate(totals)
    ]
    draw.polygon([(left, bottom), *curve, (right, bottom)], fill=UNDER)
    draw.line(curve, fill=GROWTH, width=8, joint="curve")
    _at_the_end(draw, curve[-1], totals[-1])
    below = bottom + LABEL_SIZE
    draw.text((left, below), words.first, font=font(LABEL_SIZE), fill=PALE, anchor="la")
    draw.text((right, below), words.last, font=font(LABEL_SIZE), fill=PALE, anchor="ra")
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()


def _title(draw: ImageDraw.ImageDraw, title: str) -> int:
    """Write it, if our font can; gives where the space below it begins."""
    lines = wrapped(title, font(TITLE_SIZE), WIDTH - 2 * MARGIN) if can_write(title) else []
    height = TITLE_SIZE * 5 // 4
    for place, line in enumerate(lines):
        where = (MARGIN, MARGIN // 2 + place * height)
        draw.text(where, line, font=font(TITLE_SIZE), fill=INK, anchor="la")
    return MARGIN + len(lines) * height


def _at_the_end(draw: ImageDraw.ImageDraw, where: tuple[float, float], total: int) -> None:
    x, y = where
    draw.ellipse([(x - 12, y - 12), (x + 12, y + 12)], fill=GROWTH, outline=PAPER, width=4)
    above = (x - 20, y - 12)
    draw.text(above, f"{total:,}", font=font(TITLE_SIZE), fill=GROWTH, anchor="rs")


def _totals(days: Mapping[date, int]) -> list[int]:
    """The total at the end of each day, beginning with nothing on the day before."""
    first, last = min(days), max(days)
    totals = [0]
    for number in range((last - first).days + 1):
        totals.append(totals[-1] + days.get(first + timedelta(days=number), 0))
    return totals


def _ceiling(most: int) -> int:
    """The next number of one digit and noughts, of which a quarter can be written: 4, 8, 20, 40."""
    unit = 1
    while True:
        for digit in (4, 8, 20):
            if digit * unit > most:
                return digit * unit
        unit *= 10
