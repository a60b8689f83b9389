"""A spreadsheet: its sheets, their rows, and which of those the program hides.

python-calamine (Rust) reads cells, the values that formulas came to, and dates; it resolves no
entities of XML. It does not say which rows are hidden, so that is read here.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

import python_calamine as calamine

from campaign.paper.no_table import NoTable

PACKED = b"PK\x03\x04"
MOST_UNPACKED = 150_000_000
"""Bytes of all parts together, as the file says of itself; the worker's memory bounds the rest."""

MOST_SHEETS = 30
_CHUNK = 65_536
_RELATIONS = "xl/_rels/workbook.xml.rels"
_EXCEL, _OPEN_DOCUMENT = "xl/workbook.xml", "content.xml"

_TOLD_OF = frozenset({"sheet", "Relationship", "row", "table", "table-row"})

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Attributes:
        hidden: ranges of rows that are not shown, each first and last, from 1.
    """

    name: str
    hidden: list[tuple[int, int]]
    _content: "calamine.CalamineSheet"

    @property
    def is_empty(self) -> bool:
        """Whether no cell of it holds anything."""
        return not any(any(map(_written, row)) for row in self._content.iter_rows())

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number, from 1."""
        for number, row in enumerate(self._content.iter_rows(), start=1):
            yield number, [*map(_written, row)]

    def is_hidden(self, number: int) -> bool:
        """Whether the program does not show a row."""
        return any(first <= number <= last for first, last in self.hidden)


def read(content: bytes) -> list[Sheet]:
    """The sheets in their order.

    Raises:
        NoTable: too_large, too_many_sheets, no_spreadsheet or locked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            hidden = _hidden_rows(package)
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        kept = [m.name for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(kept) > MOST_SHEETS:
            raise NoTable("too_many_sheets")
        return [Sheet(name, hidden.get(name, []), book.get_sheet_by_name(name)) for name in kept]
    except calamine.PasswordError:
        raise NoTable("locked") from None
    except _NOT_ONE:
        raise NoTable("no_spreadsheet") from None


_NOT_ONE = (
    *(calamine.CalamineError, expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError),
    *(ValueError, KeyError, NotImplementedError, RuntimeError, OSError),
)


def _hidden_rows(package: zipfile.ZipFile) -> dict[str, list[tuple[int, int]]]:
    """Ranges of rows that are not shown, by sheet."""
    names = package.namelist()
    if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
        raise NoTable("too_large")
    if _EXCEL in names:
        return {
            name: _of_excel(package, part) if part in names else []
            for name, part in _parts_of_excel(package).items()
        }
    if _OPEN_DOCUMENT in names:
        return _of_open_document(package)
    raise NoTable("no_spreadsheet")


def _parts_of_excel(package: zipfile.ZipFile) -> dict[str, str]:
    """The file of each sheet (ECMA-376, part 1, 12.3.24 and 18.2.19)."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(tag: str, given: Mapping[str, str]) -> None:
        if tag == "sheet":
            ids[given["name"]] = given.get("id", "")

    def relation(tag: str, given: Mapping[str, str]) -> None:
        if tag == "Relationship":
            targets[given["Id"]] = posixpath.normpath(posixpath.join("/xl", given["Target"]))[1:]

    _parse(package, _EXCEL, sheet)
    _parse(package, _RELATIONS, relation)
    return {name: targets.get(number, "") for name, number in ids.items()}


def _of_excel(package: zipfile.ZipFile, part: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0

    def row(tag: str, given: Mapping[str, str]) -> None:
        nonlocal at
        if tag == "row":
            at = int(given.get("r", at + 1))
            if given.get("hidden") in ("1", "true"):
                _add(found, at, at)

    _parse(package, part, row)
    return found


def _of_open_document(package: zipfile.ZipFile) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    here: list[tuple[int, int]] = []
    at = 0

    def row(tag: str, given: Mapping[str, str]) -> None:
        nonlocal at, here
        if tag == "table":
            at, here = 0, found.setdefault(given.get("name", ""), [])
        elif tag == "table-row":
            first, at = at + 1, at + int(given.get("number-rows-repeated", 1))
            if given.get("visibility", "visible") != "visible":
                _add(here, first, at)

    _parse(package, _OPEN_DOCUMENT, row)
    return found


def _add(ranges: list[tuple[int, int]], first: int, last: int) -> None:
    if ranges and ranges[-1][1] == first - 1:
        first = ranges.pop()[0]
    ranges.append((first, last))


def _parse(
    package: zipfile.ZipFile, part: str, began: Callable[[str, Mapping[str, str]], None]
) -> None:
    """Tell of each element, without the namespaces.

    Raises:
        NoTable: it defines entities, which no program that saves spreadsheets does.
    """
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise NoTable("no_spreadsheet")

    def begin(tag: str, given: Mapping[str, str]) -> None:
        if (local := _local(tag)) in _TOLD_OF:
            began(local, {_local(name): value for name, value in given.items()})

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    with package.open(part) as file:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk)
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _written(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
