"""A map of tiles, one for each postcode area: how many have signed where.

The layout is our own (uk_tiles.csv, a line for each of the 124 areas that Royal Mail has, with the
Channel Islands and the Isle of Man): every tile is as large as any other, so that London's areas
can be read as well as the Highlands, and near its neighbours as far as a grid lets it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pictures.bars import ROW, Bar, drawn
from pictures.canvas import INK, MARGIN, RAMP, SOFT, WIDTH, AxisFormat, Canvas, fitted
from pictures.week import scale, shade

COVERED = 0.95
"""A campaign that has this share of its signatures in a part of the country is shown that part."""

GAP, SMALL, ROOMY, LARGEST, TALLEST = 4, 57, 84, 132, 900
"""In pixels. Of tiles: between them, on the whole map, with room for a number, in a part of it; and
of all of a part's rows."""

LEAST_COLUMNS, LEAST_ROWS, MOST_ROWS = 5, 5, 10
LISTED, LISTS_WIDTH = 6, 270
DARK = 4
"""From this colour on, white can be read on it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands on the picture."""

    heading: str
    below: str
    fewest: str
    most: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Columns and rows that are shown, both ends with them."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def columns(self) -> int:
        return self.right - self.left + 1

    @property
    def rows(self) -> int:
        return self.bottom - self.top + 1


@cache
def places() -> Mapping[str, tuple[int, int]]:
    """The column and row of each area's tile."""
    with files("pictures").joinpath("uk_tiles.csv").open(encoding="utf-8") as lines:
        return {row["area"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(lines)}


def area_map(counts: Mapping[str, int], words: Labels, speech: AxisFormat) -> bytes:
    """The map, or the part of it where the campaign is, and the areas with most.

    Args:
        counts: by postcode area, the largest first; one at least. Those that are no area of the
            Royal Mail's are in the list only.
    """
    part = _shown(counts)
    side = min(LARGEST, TALLEST // part.rows, (WIDTH - 2 * MARGIN) // part.columns)
    if part == _whole():
        side = SMALL
    listed = [
        Bar(area, count, speech.number(count)) for area, count in list(counts.items())[:LISTED]
    ]
    sheet = Canvas(320 + part.rows * side + 120 + LISTED * ROW)
    top = sheet.heading(words.heading, words.below) + 16
    most = max(counts.values())
    for area, (column, row) in places().items():
        if _within(part, column, row):
            x = MARGIN + (column - part.left) * side
            y = top + (row - part.top) * side
            _tile(sheet, x, y, side, area, counts.get(area, 0), most, speech)
    bottom = top + part.rows * side + 0.0
    scale(sheet, MARGIN, bottom + 48, words.fewest, words.most)
    right = WIDTH - MARGIN
    if part == _whole():  # over the North Sea
        drawn(sheet, top - 20, listed, left=right - LISTS_WIDTH, right=right)
    elif WIDTH - 2 * MARGIN - part.columns * side >= LISTS_WIDTH + MARGIN:
        drawn(sheet, top - 20, listed, left=right - LISTS_WIDTH, right=right)
        bottom = max(bottom, top - 20 + len(listed) * ROW - 76)
    else:
        bottom = drawn(sheet, bottom + 64, listed, left=MARGIN, right=right) - 60
    return sheet.png(bottom + 84)


def _tile(
    sheet: Canvas,
    x: float,
    y: float,
    side: float,
    area: str,
    count: int,
    most: int,
    speech: AxisFormat,
) -> None:
    colour = shade(count, most)
    sheet.box((x, y), (x + side - GAP, y + side - GAP), colour, round_=8)
    ink = "#ffffff" if colour in RAMP[DARK:] else INK if count else SOFT
    middle, half = x + (side - GAP) / 2, y + (side - GAP) / 2
    if side < ROOMY:
        sheet.text((middle, half), area, size=27, colour=ink, anchor="mm", bold=True)
        return
    sheet.text((middle, half - 18), area, size=36, colour=ink, anchor="mm", bold=True)
    figure = fitted(speech.number(count), 28, side - GAP - 8)
    sheet.text((middle, half + 24), figure, size=28, colour=ink, anchor="mm")


def _shown(counts: Mapping[str, int]) -> _Part:
    """The smallest part of the map that holds most of a campaign, where that is a part of it."""
    known = [(count, places()[area]) for area, count in counts.items() if area in places()]
    wanted, inside = COVERED * sum(counts.values()), 0
    held: list[tuple[int, int]] = []
    for count, at in sorted(known, reverse=True):
        if inside >= wanted:
            break
        held.append(at)
        inside += count
    if not held or inside < wanted:
        return _whole()
    columns, rows = [at[0] for at in held], [at[1] for at in held]
    left, right = _widened(min(columns), max(columns), LEAST_COLUMNS, _whole().right)
    top, bottom = _widened(min(rows), max(rows), LEAST_ROWS, _whole().bottom)
    part = _Part(left, top, right, bottom)
    return _whole() if part.rows > MOST_ROWS else part


def _widened(first: int, last: int, least: int, end: int) -> tuple[int, int]:
    """A range of so many at least, as far as there are so many."""
    turn = 0
    while last - first + 1 < min(least, end + 1):
        if (turn % 2 and first > 0) or last == end:
            first -= 1
        else:
            last += 1
        turn += 1
    return first, last


@cache
def _whole() -> _Part:
    return _Part(
        0, 0, max(at[0] for at in places().values()), max(at[1] for at in places().values())
    )


def _within(part: _Part, column: int, row: int) -> bool:
    return part.left <= column <= part.right and part.top <= row <= part.bottom
