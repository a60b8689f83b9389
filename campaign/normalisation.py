"""Unicode's normal forms, in time that grows with the text's length.

Marks are put in order by swapping neighbours, so thousands of them in a row take the square of
their number: 4,000 letters of U+0F73 hold the interpreter's lock for 50 ms, in each form. No script
needs more than 30 in a row (https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).
"""

import re
import unicodedata
from typing import Literal

MOST_MARKS = 30
_HALFWIDTH_MARKS = "\uff9e\uff9f"
"""Letters that become marks in the compatibility forms."""

_MANY = re.compile(rf"[^\x00-\x7f]{{{MOST_MARKS + 1},}}")
"""Where there can be too many marks: no mark is ASCII, so most texts need not be looked through."""

Form = Literal["NFC", "NFKC", "NFKD"]


def normalised(form: Form, text: str) -> str:
    """The text in a normal form, without marks beyond MOST_MARKS in a row."""
    return text if text.isascii() else unicodedata.normalize(form, _few_marks(text))


def _few_marks(text: str) -> str:
    return _MANY.sub(lambda run: _cut(run[0]), text)


def _cut(run: str) -> str:
    kept: list[str] = []
    in_a_row = 0
    for character in run:
        is_mark = unicodedata.category(character)[0] == "M" or character in _HALFWIDTH_MARKS
        in_a_row = in_a_row + 1 if is_mark else 0
        if in_a_row <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
