"""Which character stands between the cells of a table.

Not csv.Sniffer: its expressions take time with the fourth power of the text's length, and hold the
interpreter's lock all the while (https://github.com/python/cpython/issues/98820). This looks at
each character of the beginning once.
"""

from collections import Counter
from collections.abc import Iterator

SEPARATORS = ",;\t|"
LOOKED_AT = 4_000
"""Characters at the beginning of a table."""


def separator(text: str) -> str:
    """The one that cuts the first row, and most of the next ones into as many cells.

    Where none cuts the first row it is the comma: a table of one column has none to find.
    """
    rows = list(_counted(text[:LOOKED_AT]))
    if len(text) > LOOKED_AT and len(rows) > 1:
        rows.pop()  # it is cut off
    first = rows[0]

    def fits(one: str) -> tuple[int, int]:
        return sum(row[one] == first[one] for row in rows), first[one]

    return max((one for one in SEPARATORS if first[one]), key=fits, default=SEPARATORS[0])


def _counted(text: str) -> Iterator[Counter[str]]:
    """How often each separator stands in each row that is not empty, outside quotation marks."""
    row: Counter[str] = Counter()
    in_quotes, at_start, is_empty = False, True, True
    for character in text:
        if in_quotes:
            in_quotes, at_start = character != '"', character == '"'
            continue
        if character in "\r\n":
            if not is_empty:
                yield row
            row, is_empty, at_start = Counter(), True, True
            continue
        is_empty = False
        # A mark within a cell (5" nails) is a letter of it; a doubled one opens and closes twice.
        in_quotes = character == '"' and at_start
        at_start = character in SEPARATORS or (at_start and character == " ")
        row[character] += character in SEPARATORS
    yield row
