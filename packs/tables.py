"""The signatures as tables: CSV and XLSX, in parts that a chat can carry."""

import csv
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from packs.cells import defused
from packs.rows import Row, shown

MOST_BYTES = 45_000_000
"""Telegram takes 50 MB a file (https://core.telegram.org/bots/api#senddocument)."""

MOST_ROWS = 500_000
"""Of one XLSX; a sheet ends at 1,048,576 (https://support.microsoft.com/excel-limits)."""

_AT_LEAST = 1_000


class CsvParts:
    """CSV as spreadsheets read it: UTF-8 with a mark, CRLF (RFC 4180); a new file before a part
    grows too large."""

    def __init__(
        self, folder: Path, name: str, header: list[str], most_bytes: int = MOST_BYTES
    ) -> None:
        self._folder, self._name, self._header, self._most = folder, name, header, most_bytes
        self._file: IO[str] | None = None
        self._rows = self._first = self._last = 0
        self.files: list[Path] = []

    def write(self, number: int, cells: list[str]) -> None:
        """Add a row under its running number."""
        if self._file is not None and self._is_full():
            self.close()
        if self._file is None:
            self._begin(number)
        self._writer.writerow([defused(cell) for cell in cells])
        self._rows, self._last = self._rows + 1, number

    def close(self) -> None:
        """End the part, and put the numbers in it into its name."""
        if self._file is not None:
            self._file.close()
            self.files.append(_named(self._folder, self._name, ".csv", self._first, self._last))
            (self._folder / f"{self._name}.part").rename(self.files[-1])
            self._file = None

    def finish(self) -> list[Path]:
        """Close; gives the files. A single one has no numbers in its name."""
        if self._file is None and not self.files:
            self._begin(0)
        self.close()
        return _alone(self.files, self._folder / f"{self._name}.csv")

    def _begin(self, number: int) -> None:
        self._file = (self._folder / f"{self._name}.part").open(
            "w", encoding="utf-8-sig", newline=""
        )
        self._writer = csv.writer(self._file)
        self._writer.writerow(self._header)
        self._rows, self._first, self._last = 0, number, number

    def _is_full(self) -> bool:
        assert self._file is not None  # noqa: S101 - asked of an open one only
        return self._rows % _AT_LEAST == 0 and self._file.buffer.tell() >= self._most  # type: ignore[attr-defined]


class XlsxParts:
    """The same as workbooks, written row by row; every cell is text, so nothing is a formula."""

    def __init__(
        self, folder: Path, name: str, header: list[str], most_rows: int = MOST_ROWS
    ) -> None:
        self._folder, self._name, self._header, self._most = folder, name, header, most_rows
        self._book: Any = None
        self._row = self._first = self._last = 0
        self.files: list[Path] = []

    def write(self, number: int, cells: list[str]) -> None:
        """Add a row under its running number, which stays a number."""
        if self._book is not None and self._row > self._most:
            self.close()
        if self._book is None:
            self._begin(number)
        self._sheet.write_number(self._row, 0, number)
        for column, cell in enumerate(cells[1:], 1):
            self._sheet.write_string(self._row, column, cell)
        self._row, self._last = self._row + 1, number

    def close(self) -> None:
        """End the part, and put the numbers in it into its name."""
        if self._book is not None:
            self._book.close()
            self.files.append(_named(self._folder, self._name, ".xlsx", self._first, self._last))
            (self._folder / f"{self._name}-part.xlsx").rename(self.files[-1])
            self._book = None

    def finish(self) -> list[Path]:
        """Close; gives the files. A single one has no numbers in its name."""
        if self._book is None and not self.files:
            self._begin(0)
        self.close()
        return _alone(self.files, self._folder / f"{self._name}.xlsx")

    def _begin(self, number: int) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": str(self._folder),
        }
        self._book = xlsxwriter.Workbook(self._folder / f"{self._name}-part.xlsx", options)
        self._sheet = self._book.add_worksheet()
        bold = self._book.add_format({"bold": True})
        self._sheet.set_column(2, 2, 34)
        self._sheet.set_column(3, 5, 14)
        self._sheet.freeze_panes(1, 0)
        for column, title in enumerate(self._header):
            self._sheet.write_string(0, column, title, bold)
        self._row, self._first, self._last = 1, number, number


def cells_of(row: Row, profile: str) -> list[str]:
    """A row of either table."""
    name, place = shown(row, profile)
    return [str(row.number), str(row.receipt), name, place, row.signed_on.isoformat(), row.wording]


def _named(folder: Path, name: str, ending: str, first: int, last: int) -> Path:
    return folder / f"{name}-{first:07}-{last:07}{ending}"


def _alone(files: list[Path], plain: Path) -> list[Path]:
    return [files[0].rename(plain)] if len(files) == 1 else files
