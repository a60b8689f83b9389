"""What a text looks like: its letters replaced by those they can be mistaken for.

After the skeleton of UTS 39 (https://www.unicode.org/reports/tr39/#Confusable_Detection), with the
data in confusables.txt, which `confusable_table.py` makes. Plain a to z stay themselves, so that
keys can still be read and searched; `of_ascii` knows which of them are mistaken for others.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("confusables.txt")

# Within a word written in small letters, a capital I is a small L in disguise; not in McIntyre.
_CAPITAL_I = re.compile(
    r"(?<!\bMc)(?<!\bMac)(?:(?<=[a-z])I(?=[a-z]|\b)|(?<=\b[A-Z])I(?=[a-z]))", re.ASCII
)
# Figures stay at the end of a name: there they number, and bursts are found by it.
_FIGURE_IN_WORD = re.compile("[01](?=[01]*[^\\W\\d_])")
_LETTERS_OF_FIGURES = {"0": "o", "1": "l"}
_WORD = re.compile(r"\S+")


def of(text: str) -> str:
    """Every letter beyond ASCII as the one it can be mistaken for, where there is one."""
    return text if text.isascii() else text.translate(_confusables())


def of_mixed_words(text: str) -> str:
    """The same for words of Latin and other letters only: nobody writes those by nature."""
    return _WORD.sub(lambda word: of(word[0]) if _mixes(word[0]) else word[0], text)


def of_ascii(text: str) -> str:
    """Figures and letters of ASCII as those they can be mistaken for: L0velace, AIan, Arnold."""
    text = _CAPITAL_I.sub("l", text)
    text = _FIGURE_IN_WORD.sub(lambda figure: _LETTERS_OF_FIGURES[figure[0]], text)
    return text.replace("rn", "m").replace("vv", "w")


def _mixes(word: str) -> bool:
    scripts = {unicodedata.name(c, "?").split()[0] == "LATIN" for c in word if c.isalpha()}
    return len(scripts) > 1


@cache
def _confusables() -> dict[int, str]:
    table = {}
    for line in _TABLE.read_text(encoding="utf-8").split("\n"):
        prototype, is_row, letters = line.partition("\t")
        if is_row:
            table.update(dict.fromkeys(map(ord, letters), prototype))
    return table
