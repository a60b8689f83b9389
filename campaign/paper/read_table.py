"""A table as staff save it from whatever program they have: any encoding, any separator."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from campaign.errors import CampaignError
from campaign.paper.separators import separator

MOST_BYTES = 5_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
"""What is kept of a cell."""

MOST_IN_A_CELL = 20_000
"""More is a quotation mark that is never closed: it would swallow the rows behind it."""

LONGEST_LINE = 100_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF", b"7z\xbc\xaf", b"Rar!")


class NoTable(CampaignError):
    """The file cannot be read as a table.

    Attributes:
        reason: "too_large", "not_text", "too_many_rows", "too_wide", "long_cell" or "empty".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """One row.

    Attributes:
        number: of the line in the file on which it ends, from 1, as editors count.
    """

    number: int
    cells: list[str]


def read(content: bytes) -> list[Line]:
    """Every row that is not empty.

    Raises:
        NoTable: says why.
    """
    if len(content) > MOST_BYTES:
        raise NoTable("too_large")
    text = _decoded(content)
    csv.field_size_limit(MOST_IN_A_CELL)
    rows = csv.reader(_lines(text), delimiter=separator(text))
    found: list[Line] = []
    try:
        for cells in rows:
            if len(cells) > MOST_COLUMNS:
                raise NoTable("too_wide")
            trimmed = [_plain(cell) for cell in cells]
            if any(trimmed):
                found.append(Line(rows.line_num, trimmed))
            if len(found) > MOST_ROWS:
                raise NoTable("too_many_rows")
    except csv.Error as wrong:
        too_long = "field limit" in str(wrong)
        raise NoTable("long_cell" if too_long else "not_text") from None
    if not found:
        raise NoTable("empty")
    return found


def _decoded(content: bytes) -> str:
    if content.startswith(_PACKED):
        raise NoTable("not_text")
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _guessed(content)
    if "\0" in text:
        text = _guessed(content)
    if "\0" in text:
        raise NoTable("not_text")
    return text


def _guessed(content: bytes) -> str:
    """By the letters that come of it; of those as good, what office programs write."""
    from charset_normalizer import from_bytes  # a twentieth of the bot's start, and seldom needed

    likely = ["utf_16_le", "utf_16_be", "cp1252", "cp1250", "cp1251", "cp1253", "mac_roman"]
    if content[:200].count(0) < 20:
        likely = likely[2:]
    found = from_bytes(content[:100_000], cp_isolation=likely)
    best = found.best()
    if best is None:
        raise NoTable("not_text")
    fit = (best.chaos, best.coherence)
    as_good = [one.encoding for one in found if (one.chaos, one.coherence) == fit]
    try:
        return content.decode(min(as_good, key=likely.index))
    except UnicodeDecodeError:
        raise NoTable("not_text") from None


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
