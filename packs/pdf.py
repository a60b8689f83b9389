"""The print-ready PDF: what stands on which page, and its parts where one would be too large."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from packs.disclosure import disclosed
from packs.facts import Facts
from packs.glyphs import code_points, unprintable, width
from packs.rows import REDACTED, Row, area, shown
from packs.tables import MOST_BYTES
from packs.typeset import Typesetter, join

ROWS_A_PAGE = 80
PAGES_A_RUN = 50
"""Pages set at once: more take more memory, fewer more time."""

SIZE, SMALLER, IN_TWO_LINES, SMALLEST = 9.0, 7.0, 6.5, 1.4
"""Of a name, in points: as a rule, for a longer one in one line, and for the longest in two."""

SURE = 0.75
"""How much of a line a name may seem to fill to need no care, where letters change their shapes."""

NAME_ROOM = {True: 143.0, False: 191.0}
"""Points across the column of names, with and without one for places; see pages/sheets.typ."""

MOST_LISTED = 2_000
MOST_AREAS = 40
_UNKNOWN = "\ufffd"
_EMPTY = "\u00a0"
"""A line with nothing on it is a line all the same."""

Progress = Callable[[int, int], None]
"""How many sheets are set, of how many."""


@dataclass(slots=True)
class Findings:
    """What is learned while walking the rows: who signs where, and what cannot be printed."""

    areas: dict[str, int] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    odd: list[dict[str, Any]] = field(default_factory=list)
    odd_count: int = 0

    def note(self, row: Row, profile: str) -> None:
        """Take a row into account."""
        if row.place:
            where = area(row.place)
            self.areas[where] = self.areas.get(where, 0) + 1
        day = row.signed_on.isoformat()
        self.days[day] = self.days.get(day, 0) + 1
        if missing := unprintable(shown(row, profile)[0]):
            self.odd_count += 1
            if len(self.odd) < MOST_LISTED:
                name = printable(shown(row, profile)[0])
                says = {"number": row.number, "name": name, "letters": code_points(missing)}
                self.odd.append(says)


def printable(name: str) -> str:
    """The name with a mark for each letter that no font has."""
    for letter in unprintable(name):
        name = name.replace(letter, _UNKNOWN)
    return name


def make(
    facts: Facts,
    rows: Iterable[Row],
    findings: Findings,
    root: str,
    work: Path,
    target: Path,
    progress: Progress,
    most_bytes: int = MOST_BYTES,
) -> list[Path]:
    """Set and join every page.

    Args:
        rows: in the order of facts.texts, numbered from 1.
        root: of the Merkle tree; stands on the cover.
        target: the PDF; a part of several has its signatures' numbers put into its name.

    Returns:
        The files.
    """
    sheets = sum(_pages(text.signatures) for text in facts.texts)
    with Typesetter(work) as typesetter:
        front, back = _front(facts, findings, root), _back(facts, findings)
        _, before = typesetter.set("front", front)
        after = typesetter.set("back", back)[1] if findings.odd else 0
        pages = {"pages": before + sheets + after}
        runs: list[tuple[int, int, Path]] = []
        first, done = before + 1, 0
        for label, chunk in _runs(facts, rows):
            data = _sheet(facts, label, chunk) | pages | {"first": first + done}
            made, count = typesetter.set("sheets", data)
            runs.append((chunk[0].number, chunk[-1].number, made))
            done += count
            progress(done, sheets)
        if done != sheets:
            raise RuntimeError(f"{done} sheets were set where {sheets} were expected")
        cover, _ = typesetter.set("front", front | pages | {"first": 1})
        ending = []
        if findings.odd:
            ending = [typesetter.set("back", back | pages | {"first": before + sheets + 1})[0]]
        return _in_parts(cover, runs, ending, target, most_bytes)


def _in_parts(
    cover: Path, runs: list[tuple[int, int, Path]], ending: list[Path], target: Path, most: int
) -> list[Path]:
    parts: list[list[tuple[int, int, Path]]] = [[]]
    size = cover.stat().st_size + sum(one.stat().st_size for one in ending)
    for run in runs:
        grown = size + run[2].stat().st_size
        if grown > most and parts[-1]:
            parts.append([])
            grown = run[2].stat().st_size
        parts[-1].append(run)
        size = grown
    made = []
    for place, part in enumerate(parts):
        file = target
        if len(parts) > 1:
            name = f"{target.stem}-{part[0][0]:07}-{part[-1][1]:07}{target.suffix}"
            file = target.with_name(name)
        first = [cover] if place == 0 else []
        last = ending if place == len(parts) - 1 else []
        join([*first, *(run[2] for run in part), *last], file)
        made.append(file)
    return made


def _runs(facts: Facts, rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows for one run, all under the same text: each text begins on a page of its own."""
    walking = iter(rows)
    for text in facts.texts:
        left = text.signatures
        while left:
            chunk = list(islice(walking, min(left, ROWS_A_PAGE * PAGES_A_RUN)))
            yield text.label, chunk
            left -= len(chunk)


def _common(facts: Facts) -> dict[str, Any]:
    return {
        "words": facts.words,
        "language": facts.language,
        "title": facts.title,
        "ask": facts.ask,
        "pages": 0,
        "first": 1,
        "places": bool(facts.words["where"]),
    }


def _sheet(facts: Facts, label: str, rows: list[Row]) -> dict[str, Any]:
    room = NAME_ROOM[bool(facts.words["where"])]
    cells: list[list[str | float]] = []
    for row in rows:
        name, place = shown(row, facts.profile)
        name = printable(name)
        line = [str(row.number), name or _EMPTY, place or _EMPTY]
        cells.append([*line, *_smaller(name, room)])
    version = facts.words["under"].replace("{text}", label)
    return _common(facts) | {"rows": cells, "version": version, "label": label}


def _smaller(name: str, room: float) -> list[float]:
    """The size in points for a name that may leave its line; nothing for all others."""
    needs = width(name)
    plain = name.isascii()
    if needs * SIZE <= room * (1 if plain else SURE) and (plain or not _towers(name)):
        return []
    if needs * SMALLER <= room:
        return [min(SIZE, room / needs)]
    breaks_anywhere = any(unicodedata.east_asian_width(c) == "W" for c in name)
    longest = 1.0 if breaks_anywhere else max(width(word) for word in name.split())
    # Words do not fill a line of two to its end, and one alone does not break at all.
    return [max(SMALLEST, min(IN_TWO_LINES, 1.7 * room / needs, room / longest))]


def _towers(name: str) -> bool:
    """Whether so many marks are put on letters that they would reach other lines."""
    return 2 * sum(unicodedata.category(c) == "Mn" for c in name) > len(name)


def _front(facts: Facts, findings: Findings, root: str) -> dict[str, Any]:
    return _common(facts) | {
        "target": facts.target,
        "organiser": facts.organiser,
        "contact": facts.contact,
        "handed_in_on": facts.handed_in_on,
        "handed_in_at": facts.handed_in_at,
        "total": facts.total,
        "texts": [asdict(text) for text in facts.texts],
        "paper": facts.paper_by_source,
        "growth": _growing(facts.growth),
        "areas": areas(facts, findings),
        "comments": [asdict(comment) for comment in facts.comments],
        "root": root,
    }


def _back(facts: Facts, findings: Findings) -> dict[str, Any]:
    return _common(facts) | {
        "odd": findings.odd,
        "more": findings.odd_count - len(findings.odd),
    }


def _growing(growth: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The total at the end of each day on which it changed."""
    total, ends = 0, []
    for day, more in growth:
        total += more
        ends.append((day, total))
    return ends


def areas(facts: Facts, findings: Findings) -> list[tuple[str, int]]:
    """The areas with most signers; others are put together under "". Where names are redacted, only
    what may be shown to the world."""
    ordered = sorted(findings.areas.items(), key=lambda one: (-one[1], one[0]))
    if facts.profile == REDACTED:
        ordered = list(disclosed(findings.areas).items())
    shown_ = ordered[:MOST_AREAS]
    rest = sum(findings.areas.values()) - sum(count for _, count in shown_)
    return [*shown_, ("", rest)] if rest else shown_


def _pages(rows: int) -> int:
    return -(-rows // ROWS_A_PAGE)
