"""Read a TOML text that somebody has written: what is not TOML, or would keep the reader busy for
minutes, is refused with its line. https://toml.io/en/v1.0.0
"""

import re
import tomllib
from typing import Any

MOST_LETTERS = 1_000_000
"""A long campaign in two languages has a twentieth of it."""

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
# Begins at the first of a run, or a long one would be tried again from each of its digits.
_MANY_DIGITS = re.compile(r"(?<!\w)\d[\dA-Fa-fox_]{16,}+")
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
# Begins at the first part and gives none back, or a long one would be tried again from each.
_MANY_PARTS = re.compile(rf"(?<![\w\"'.-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{32,}}+")


class BadToml(Exception):
    """The text cannot be read.

    Attributes:
        what: is wrong, to be read after "the file".
        instead: what to write.
        line: from 1; None if unknown.
    """

    def __init__(self, what: str, instead: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what, self.instead, self.line = what, instead, line


def values_of(text: str) -> dict[str, Any]:
    """The keys and values of a TOML text.

    Raises:
        BadToml: it is none, or has more than anybody writes by hand.
    """
    if len(text) > MOST_LETTERS:
        raise BadToml("has more than a million letters", "write a shorter one")
    if found := _MANY_PARTS.search(text):  # tomllib takes their number squared for one
        raise BadToml("has a key of dozens of parts", "write a shorter one", _line(text, found))
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(error, text) from None
    except RecursionError:
        raise BadToml("has lists in lists without end", "take them out") from None
    except ValueError:  # Python reads no number of more than 4,300 digits, and tomllib says no line
        raise _endless_number(text) from None
    if _has_endless_number(values):
        raise _endless_number(text)
    return values


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> BadToml:
    said = str(error)
    found = _PLACE.search(said)
    what = f"is not TOML: {said[: found.start()] if found else said}"
    hint = 'put texts in "quotes", long ones in """three""", and close every bracket'
    if found:
        return BadToml(f"{what} (column {found[2]})", hint, int(found[1]))
    end = text.rstrip().count("\n") + 1
    return BadToml(what.replace(" (at end of document)", ""), hint, end)


def _endless_number(text: str) -> BadToml:
    line = _line(text, found) if (found := _MANY_DIGITS.search(text)) else None
    return BadToml("has a number of too many digits", "write a shorter one", line)


def _has_endless_number(value: object) -> bool:
    """Whether a whole number anywhere has more than 64 bits, which TOML does not promise to hold;
    hexadecimal ones are read at any length, and take minutes to be written."""
    if isinstance(value, dict):
        return any(_has_endless_number(one) for one in value.values())
    if isinstance(value, list):
        return any(_has_endless_number(one) for one in value)
    return isinstance(value, int) and value.bit_length() > 64


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1
