"""Which rows of a table are people, which are not, and which may be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaign import fields
from campaign.paper import cells, columns
from campaign.paper.read_table import Line
from campaign.paper.separators import HEADINGS_WITHIN

LEFT = ("above", "headings", "totals", "blank", "twice", "signed")
"""Why a row is not counted."""

DOUBTS = (
    *("no_postcode", "other_postcode", "no_name", "odd_name", "several", "only_name", "too_wide"),
    *("hidden", "marked", "before", "repeated", "maybe_signed"),
)
"""Why a row may be no signature, or one that does not count: staff are asked."""

_TRAILING = 3


@dataclass(slots=True)
class Row:
    """One row.

    Attributes:
        left: why it is not counted; "" if it may be.
        doubts: why it may have to be left out.
        whole: whether the name tells one member of a family from another.
        has_place: whether there is a British postcode or an email.
        rest: what else tells people apart.
    """

    number: int
    left: str = ""
    doubts: set[str] = field(default_factory=set)
    name_key: str = ""
    whole: bool = False
    postcode: str | None = None
    email: str | None = None
    has_place: bool = False
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read.

    Attributes:
        heading: the place of the row with the headings among the lines; None if there is none.
        columns: which column holds what.
        needs_postcode: whether the campaign counts nobody without a postcode.
        only_uk: whether it counts nobody with a postcode of another country.
    """

    lines: Sequence[Line]
    heading: int | None
    columns: Mapping[str, int]
    needs_postcode: bool
    only_uk: bool

    @property
    def headings(self) -> list[str]:
        return [] if self.heading is None else self.lines[self.heading].cells


def heading_of(lines: Sequence[Line]) -> int | None:
    """The place of the row that names most columns, of the first where several do; None if none."""
    found = [_columns_named(line) for line in lines[:HEADINGS_WITHIN]]
    best = max(found, default=0)
    return found.index(best) if best > 1 or 1 in found[:_TRAILING] else None


def _columns_named(line: Line) -> int:
    """How many columns it names; a name counts double, and who has a postcode names none."""
    if any(is_like(line, column) for column in range(len(line.cells))):
        return 0
    guessed = columns.guess(line.cells)
    return len(guessed) + bool(set(columns.NAMES) & guessed.keys())


def is_like(line: Line, column: int) -> bool:
    """Whether a cell holds a postcode or an email."""
    written = _at(line.cells, column)
    return "@" in written or cells.postcode(written) is not None


def by_content(lines: Sequence[Line]) -> dict[str, int]:
    """Which column holds what where no heading says so: postcodes and addresses look like it, and
    the first column of words is the name."""
    width = max((len(line.cells) for line in lines), default=0)
    found: dict[str, int] = {}
    for column in range(width):
        given = [cell for line in lines[:200] if (cell := _at(line.cells, column))]
        strong = [cell for cell in given if not cells.is_weak(cell)]
        if 2 * sum("@" in cell for cell in strong) > len(strong):
            found.setdefault("email", column)
        elif 2 * sum(cells.postcode(cell) is not None for cell in strong) > len(strong):
            found.setdefault("postcode", column)
        elif 2 * len(strong) >= len(given) > 0:
            found.setdefault("name", column)
    return found


def read(layout: Layout) -> Iterator[Row]:
    """Every row below, and those above the headings."""
    lines, heading = layout.lines, layout.heading
    below = lines[0 if heading is None else heading + 1 :]
    single = 2 * sum(map(_is_single, below)) >= len(below)
    for line in lines[: heading or 0]:
        row = _row(layout, line)
        if row.left or not _may_be_person(row, line, single):
            yield Row(line.number, "above")
        else:
            row.doubts.add("before")
            yield row
    alone = _alone(below)
    for line in _without_dittos(below, layout.columns):
        row = _row(layout, line)
        if not row.left and line.number in alone and "no_name" not in row.doubts:
            row.doubts = row.doubts - {"no_postcode", "odd_name"} | {"only_name"}
        yield row


def _may_be_person(row: Row, line: Line, single: bool) -> bool:
    """Whether a row above the headings may be more than a title."""
    words = sum(not cells.is_weak(cell) for cell in line.cells)
    single = single or not _is_single(line)
    titled = row.doubts & {"odd_name", "several", "no_name"}
    return row.has_place or words > 1 or (single and not titled)


def _without_dittos(lines: Sequence[Line], chosen: Mapping[str, int]) -> Iterator[Line]:
    """The lines, with what stands above in place of marks that say so."""
    places = [chosen[what] for what in ("postcode", "last_name") if what in chosen]
    before: Sequence[str] = ()
    for line in lines:
        for at in places:
            if cells.is_ditto(_at(line.cells, at)):
                line.cells[at] = _at(before, at)
        yield line
        before = line.cells


def _is_single(line: Line) -> bool:
    return sum(map(bool, line.cells)) == 1


def _alone(lines: Sequence[Line]) -> set[int]:
    """Rows with one cell where most have more, or that stand apart at the end: a title or a footer
    as well as somebody without a postcode."""
    single = [line.number for line in lines if _is_single(line)]
    if 2 * len(single) < len(lines) or (len(lines) == 2 and len(single) == 1):
        return set(single)
    gaps = [at for at in range(1, len(lines)) if lines[at].number > lines[at - 1].number + 1]
    end = lines[gaps[-1] :] if gaps else []
    first = lines[: gaps[0]] if gaps else []
    apart = [part for part in (first, end) if len(part) <= _TRAILING]
    return {line.number for part in apart for line in part} & set(single)


def _row(layout: Layout, line: Line) -> Row:
    row = Row(line.number)
    if not line.cells:
        row.left = "blank"
        return row
    if layout.headings and _is_heading(line.cells, layout.headings):
        row.left = "headings"
        return row

    def cell(what: str) -> str:
        return _at(line.cells, layout.columns.get(what, -1))

    name = _name(cell, layout.columns)
    used = {layout.columns[what] for what in columns.NAMES if what in layout.columns}
    others = [one for at, one in enumerate(line.cells) if at not in used]
    read = set(layout.columns.values())
    row.rest = tuple(
        "" if at in read or cells.is_weak(one) else one.casefold()
        for at, one in enumerate(line.cells)
    )
    _take_where(layout, row, cell)
    row.left = _left_out(row, name, line.cells, others)
    if row.left:
        return row
    row.doubts |= _said_beside(layout, line)
    if layout.headings and line.width > layout.lines[layout.heading or 0].width:
        row.doubts |= {"too_wide"} if _beyond(layout, line) else set()
    if not cells.is_given(name) or not cells.has_letters(name):
        row.doubts.add("no_name")
        return row
    if doubt := cells.doubt(name):
        row.doubts.add(doubt)
    named = cells.in_order(name)
    row.name_key = fields.name_key(named[: fields.NAME_LIMIT])
    parts = [part for part in columns.NAMES if part in layout.columns]
    row.whole = (
        layout.heading is not None  # else another column may hold the rest of the name
        and (parts == ["name"] or len(parts) > 1)
        and all(map(cells.has_letters, map(cell, parts)))
        and cells.is_whole_name(named)
    )
    return row


def _said_beside(layout: Layout, line: Line) -> set[str]:
    """What the columns that are not read, and the program, say against a row."""
    read, found = set(layout.columns.values()), {"hidden"} if line.hidden else set()
    for at, cell in enumerate(line.cells):
        heading = _at(layout.headings, at)
        if cell and at not in read:
            found |= {"marked"} if cells.is_marked(heading, cell) else set()
            found |= {"several"} if cells.is_of_several(heading, cell) else set()
    return found


def _beyond(layout: Layout, line: Line) -> bool:
    return any(line.cells[layout.lines[layout.heading or 0].width :])


def _name(cell: Callable[[str], str], chosen: Mapping[str, int]) -> str:
    first, last, whole = cell("first_name"), cell("last_name"), cell("name")
    if "first_name" in chosen:
        return f"{first} {last or whole}".strip()
    if "last_name" in chosen:
        return f"{whole} {last}".strip()
    return whole


def _take_where(layout: Layout, row: Row, cell: Callable[[str], str]) -> None:
    written = cell("postcode")
    row.postcode = cells.postcode(written) if written else None
    row.has_place = row.postcode is not None
    if row.postcode is None and cells.is_given(written):
        row.postcode = "".join(filter(str.isalnum, written)).upper() or None
        row.doubts |= {"other_postcode"} if layout.only_uk else set()
    elif row.postcode is None and layout.needs_postcode:
        row.doubts.add("no_postcode")
    email = cell("email").casefold().removeprefix("mailto:").strip("<>.;, ")
    row.email = email if "@" in email else None
    row.has_place = row.has_place or row.email is not None


def _left_out(row: Row, name: str, written: Sequence[str], others: Sequence[str]) -> str:
    found = [one for one in written if one]
    if any(map(cells.is_total, found)) and not row.has_place:
        words = [one for one in found if not cells.is_total(one)]
        if all(map(cells.is_weak, words)):
            return "totals"
    nobody = not cells.is_given(name) or not cells.has_letters(name)
    return "blank" if nobody and all(map(cells.is_weak, others)) else ""


def _is_heading(written: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether it is the headings once more, as on each page of a print."""
    filled = [one.casefold() for one in written if one]
    named = [one.casefold() for one in headings if one]
    if filled == named:
        return True
    return len(filled) > 1 and all(columns.meanings(one) for one in reversed(filled))


def _at(written: Sequence[str], column: int) -> str:
    return written[column] if 0 <= column < len(written) else ""
