"""Which character stands between the cells of a table.

Not csv.Sniffer: its expressions take time with the fourth power of the text's length, and hold the
interpreter's lock all the while (https://github.com/python/cpython/issues/98820). This looks at
each character of the beginning once.
"""

import re
from collections import Counter
from collections.abc import Iterator

from campaign.paper import columns

SEPARATORS = ",;\t|"
LOOKED_AT = 4_000
"""Characters at the beginning of a table."""

HEADINGS_WITHIN = 30
"""Rows at the beginning among which the headings are."""

_SAID = re.compile(r'"?sep=(.)"?[\t;,|]*(?:\r\n|\r|\n|$)', re.I)
"""What Excel writes, or is told by, in the first line."""

_POSTCODE_OR_EMAIL = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[^\s@]+@[^\s@]+", re.I)


def said(text: str) -> tuple[str, str]:
    """The separator that the first line names, "" if it names none, and the text without it."""
    found = _SAID.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def separator(text: str) -> str:
    """The one that makes cells of it: headings that are known, then postcodes and addresses, else
    as many in one row as in most of the others.

    Where none is in the text it is the comma: a table of one column has none to find.
    """
    rows = list(_rows(text[:LOOKED_AT]))
    if len(text) > LOOKED_AT and len(rows) > 1:
        rows.pop()  # it is cut off
    counted = [Counter(c for c, _ in row) for row in rows]

    def fits(one: str) -> tuple[int, int, int, int]:
        numbers = Counter(row[one] for row in counted if row[one])
        often, most_alike = max((rows, number) for number, rows in numbers.items())
        cells = [_cells(row, one) for row in rows]
        known = max(len(columns.guess(row)) for row in cells[:HEADINGS_WITHIN])
        whole = sum(bool(_POSTCODE_OR_EMAIL.fullmatch(cell)) for row in cells for cell in row)
        return known, whole, most_alike, often

    used = [one for one in SEPARATORS if any(row[one] for row in counted)]
    return max(used, key=fits, default=SEPARATORS[0])


def _cells(row: list[tuple[str, str]], one: str) -> list[str]:
    """The cells of a row, most of its quotation marks left out, if this is the separator."""
    made = [""]
    for separator, before in row:
        made[-1] += before
        if separator == one:
            made.append("")
        else:
            made[-1] += separator
    return [cell.strip()[:80] for cell in made]


def _rows(text: str) -> Iterator[list[tuple[str, str]]]:
    """Each row that is not empty: its separators outside quotation marks, each with the text before
    it; the last has none behind it."""
    row: list[tuple[str, str]] = []
    before: list[str] = []
    in_quotes, at_start = False, True
    for character in text:
        if in_quotes:
            in_quotes, at_start = character != '"', character == '"'
            before.append("" if character == '"' else character)
        elif character in "\r\n":
            if row or before:
                yield [*row, ("", "".join(before))]
            row, before, at_start = [], [], True
        else:
            # A mark within a cell (5" nails) is a letter; a doubled one opens and closes twice.
            in_quotes = character == '"' and at_start
            at_start = character in SEPARATORS or (at_start and character == " ")
            if character in SEPARATORS:
                row.append((character, "".join(before)))
                before = []
            elif not in_quotes:
                before.append(character)
    yield [*row, ("", "".join(before))]
