"""The sheet that charts are drawn on: its colours, its type, and the PNG that comes of it.

It is drawn at twice its size and made smaller, because Pillow draws lines with hard edges. The
ground is neither white nor black, so that it glares in no theme.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pictures.fonts import can_write, font, wrapped

WIDTH, MARGIN, SCALE = 1080, 48, 2
HEADING, TEXT, FIGURE = 42, 30, 64
"""Sizes of type in pixels; a phone shows the width in about 360 points, so TEXT as 10."""

GROUND, INK, SOFT, LINE, TROUGH = "#eceff3", "#16202b", "#4d5b69", "#cdd4dc", "#dde2e8"
BLUE, ORANGE, PALE_BLUE = "#0060a8", "#b04600", "#9cc4e4"
"""A blue and an orange after Okabe and Ito, darker, so that they are read as text, too
(https://jfly.uni-koeln.de/color/); told apart by everybody, also by their lightness."""

RAMP = ("#d3e3f1", "#b0cfe8", "#86b5db", "#5797cb", "#2f77b4", "#145a97", "#08406f", "#03274a")
"""From few to many: one hue, ever darker."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class AxisFormat:
    """How a language writes what stands on an axis."""

    number: Callable[[int], str]
    day: Callable[[date], str]


class Canvas:
    """One picture in the making. Measures are those of the finished picture, in pixels."""

    def __init__(self, height: int) -> None:
        from PIL import Image, ImageDraw

        self.height = height
        size = (WIDTH * SCALE, height * SCALE)
        self._picture = Image.new("RGB", size, GROUND)
        self._draw = ImageDraw.Draw(self._picture)

    def text(
        self,
        where: Point,
        words: str,
        *,
        size: int = TEXT,
        colour: str = INK,
        anchor: str = "ls",
        bold: bool = False,
    ) -> None:
        """Write one line, without what cannot be seen; the anchor as Pillow names it."""
        words = _seen(words)
        face = font(size * SCALE, bold=bold)
        self._draw.text(_scaled(where), words, font=face, fill=colour, anchor=anchor)

    def heading(self, words: str, note: str = "") -> int:
        """What the picture shows, and a line below it; gives where the rest begins."""
        y = MARGIN // 2
        face = font(HEADING * SCALE)
        for line in wrapped(_seen(words), face, (WIDTH - 2 * MARGIN) * SCALE, 2):
            y += HEADING * 6 // 5
            self.text((MARGIN, y), line, size=HEADING, bold=True)
        if note:
            y += TEXT * 3 // 2
            self.text((MARGIN, y), fitted(note, TEXT, WIDTH - 2 * MARGIN), colour=SOFT)
        return y + MARGIN // 2

    def line(self, points: Sequence[Point], colour: str, width: int) -> None:
        flat = [_scaled(point) for point in points]
        self._draw.line(flat, fill=colour, width=width * SCALE, joint="curve")

    def dashes(self, left: float, right: float, y: float, colour: str, width: int = 3) -> None:
        """A broken line from left to right."""
        x = left
        while x < right:
            self.line([(x, y), (min(x + 14, right), y)], colour, width)
            x += 24

    def area(self, points: Sequence[Point], colour: str) -> None:
        self._draw.polygon([_scaled(point) for point in points], fill=colour)

    def box(self, upper: Point, lower: Point, colour: str, *, round_: int = 6) -> None:
        """A filled box; nothing where it has no width or height."""
        (left, top), (right, bottom) = _scaled(upper), _scaled(lower)
        if right - left >= 1 and bottom - top >= 1:
            radius = min(round_ * SCALE, (right - left) / 2, (bottom - top) / 2)
            self._draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius, fill=colour)

    def spot(self, where: Point, radius: float, colour: str, *, rim: str = GROUND) -> None:
        x, y = _scaled(where)
        r = radius * SCALE
        box = (x - r, y - r, x + r, y + r)
        self._draw.ellipse(box, fill=colour, outline=rim, width=3 * SCALE)

    def png(self, until: float) -> bytes:
        """The finished picture, as far down as something stands on it."""
        made = io.BytesIO()
        height = min(self.height, round(until))
        small = self._picture.crop((0, 0, WIDTH * SCALE, height * SCALE)).reduce(SCALE)
        small.save(made, "PNG", compress_level=4)
        return made.getvalue()


def _scaled(point: Point) -> Point:
    return point[0] * SCALE, point[1] * SCALE


def _seen(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable())


def width_of(words: str, size: int, *, bold: bool = False) -> float:
    return font(size * SCALE, bold=bold).getlength(_seen(words)) / SCALE


def fitted(words: str, size: int, width: float, *, bold: bool = False) -> str:
    """The words on one line of at most this width, cut off where they are longer."""
    if width_of(words, size, bold=bold) <= width:
        return words
    while words and width_of(f"{words}…", size, bold=bold) > width:
        words = words[:-1]
    return f"{words.rstrip()}…"


def writable(words: str, instead: str) -> str:
    """The words, or others where our type has not every letter of them, or would join and order
    them wrongly (it writes from left to right)."""
    return words if words.isprintable() and can_write(words) else instead


def steps_to(most: int, lines: int = 5) -> list[int]:
    """Where lines across a chart stand: 0 and round numbers up to at least `most`."""
    most = max(1, most)
    unit = 1
    while True:
        for digit in (1, 2, 5):
            step = digit * unit
            if step * lines >= most:
                return [step * place for place in range(-(-most // step) + 1)]
        unit *= 10
