"""A table as staff save it from whatever program they have: text or spreadsheet."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from campaign.paper import workbook
from campaign.paper.decode import decoded
from campaign.paper.no_table import NoTable
from campaign.paper.separators import said, separator

MOST_BYTES = 5_000_000
MOST_ROWS = 100_000
"""People in a table; a few lines more are titles, headings and totals."""

MOST_LINES = MOST_ROWS + 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
"""What is kept of a cell."""

MOST_IN_A_CELL = 20_000
"""More is a quotation mark that is never closed: it would swallow the rows behind it."""

LONGEST_LINE = 100_000

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_PACKED = (b"\x1f\x8b", b"%PDF", b"7z\xbc\xaf", b"Rar!")


@dataclass(frozen=True, slots=True)
class Line:
    """One row.

    Attributes:
        number: of the row, from 1, as spreadsheet programs count.
        hidden: whether the program does not show it.
        width: how many cells there are, empty ones at the end included.
    """

    number: int
    cells: list[str]
    hidden: bool = False
    width: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds.

    Attributes:
        lines: every row that is not empty.
        sheets: the names of the sheets to choose from; empty where there is one only.
        spanning: rows in which a cell goes over several lines: (row, column, separators in it).
        broken: whether the quotation marks do not fit together.
    """

    lines: list[Line]
    sheets: list[str] = field(default_factory=list)
    spanning: list[tuple[int, int, int]] = field(default_factory=list)
    broken: bool = False


def read(content: bytes, answers: Mapping[str, str] | None = None) -> Table:
    """Every row that is not empty.

    Args:
        answers: "sheet": the number of the sheet to read, from 0; "quotes": "rows" where no cell
            goes on in the next line, whatever the quotation marks say.

    Raises:
        NoTable: says why.
    """
    given = answers or {}
    if len(content) > MOST_BYTES:
        raise NoTable("too_large")
    if content.startswith(workbook.PACKED):
        return _of_workbook(content, given.get("sheet"))
    if content.startswith(_OLD_OR_LOCKED):
        raise NoTable("old_excel")
    if content.startswith(_PACKED):
        raise NoTable("not_text")
    table = _of_text(decoded(content), by_lines=given.get("quotes") == "rows")
    if not table.lines:
        raise NoTable("empty")
    return table


def _of_workbook(content: bytes, chosen: str | None) -> Table:
    book = workbook.read(content)
    filled = [sheet for sheet in book if not sheet.is_empty]
    if not filled:
        raise NoTable("empty")
    named = [sheet.name for sheet in filled] if len(filled) > 1 else []
    if named and chosen is None:
        return Table([], named)
    sheet = filled[min(int(chosen or 0), len(filled) - 1)]
    lines: list[Line] = []
    for number, cells in sheet.rows():
        _add(lines, number, cells, sheet.is_hidden(number))
    return Table(lines, named)


def _of_text(text: str, *, by_lines: bool) -> Table:
    named, text = said(text)
    csv.field_size_limit(MOST_IN_A_CELL)
    delimiter = named or separator(text)
    table = Table([], broken=not by_lines and _is_broken(text, delimiter))
    rows = _row_by_row(text, delimiter) if by_lines else _rows(text, delimiter, strict=False)
    try:
        for number, cells in enumerate(rows, start=1):
            _add(table.lines, number, cells)
            table.spanning.extend(
                (number, column, cell.count(delimiter))
                for column, cell in enumerate(cells)
                if "\n" in cell.strip() or "\r" in cell.strip()
            )
    except csv.Error as wrong:
        too_long = "field limit" in str(wrong)
        raise NoTable("long_cell" if too_long else "not_text") from None
    return table


def _add(lines: list[Line], number: int, cells: list[str], hidden: bool = False) -> None:
    trimmed = [_plain(cell) for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    if len(trimmed) > MOST_COLUMNS:
        raise NoTable("too_wide")
    if trimmed:
        lines.append(Line(number, trimmed, hidden, len(cells)))
    if len(lines) > MOST_LINES:
        raise NoTable("too_many_rows")


def _rows(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(_lines(text), delimiter=delimiter, strict=strict)


def _is_broken(text: str, delimiter: str) -> bool:
    if '"' not in text:
        return False
    try:
        for _ in _rows(text, delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return False


def _row_by_row(text: str, delimiter: str) -> Iterator[list[str]]:
    """Each line by itself; where a quotation mark is left open in it, the marks say nothing."""
    for line in _lines(text):
        try:
            yield next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            plain = csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE)
            yield [cell.strip(' "') for cell in next(plain, [])]


def _lines(text: str) -> Iterator[str]:
    """The lines as csv takes them, so that a file that is one line does not become a million cells
    before they are counted."""
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise NoTable("too_wide")
        yield line


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading a formula."""
    return cell[:LONGEST_CELL].strip().removeprefix("'").strip()
