"""How many signatures, as people write it: 40 · 1,000 · 1.000 · 1’000 · 1 000 · 12 from the market.

A number that can be read in two ways is never chosen for them.
"""

import re
from dataclasses import dataclass

from campaign.fields.normalize import one_line

LARGEST_ENTRY = 100_000
LONGEST = 400

_SIGN = r"(?P<sign>[-−–+]?)"
_MARKED = re.compile(
    _SIGN + r"(?P<digits>\d{1,3}(?P<mark>[,.’'\u066c])\d{3}(?:(?P=mark)\d{3})*"
    r"|\d{1,2}(?:,\d\d)+,\d{3}|\d+)"
)
_SPACED = re.compile(_SIGN + r"(?P<digits>\d{1,3}(?: \d{3})+)")
_ENDS = re.compile(r"[.,;:]?(?: |$)")
_NO_NOTE = re.compile(
    r"(?:[x×*/+÷=&-]|to|or|and|by|neu|a|hyd at|hyd) ?\d|[½¼¾%]|"
    r"(?:thousand|hundred|million|mil|k|dozen|sheets?|pages?|dalen(?:nau)?|tudalen(?:nau)?)\b",
    re.I,
)
_REST_OF_A_NUMBER = re.compile(r"000|\d\d?,\d|\d+$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what was typed.

    Attributes:
        count: not 0; negative where it takes signatures off.
        note: what stands behind the number.
    """

    count: int
    note: str


class NoCount(ValueError):
    """What was typed is not a number of signatures.

    Attributes:
        reason: "unclear", or "too_many" for more than LARGEST_ENTRY.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def readings(text: str) -> list[Reading]:
    """Each way to read a number and a note behind it, the likelier first.

    Raises:
        NoCount: there is no number at the beginning, or not one alone: 2,4 · 12-15 · 2x20 · 0.
    """
    written = one_line(text[:LONGEST])
    found = [one for one in (_spaced(written), _marked(written)) if one is not None]
    if not found:
        raise NoCount("unclear")
    fitting = [one for one in found if 0 < abs(one.count) <= LARGEST_ENTRY]
    if not fitting or (len(found) > 1 and len(fitting) < len(found)):
        raise NoCount("too_many" if any(one.count for one in found) else "unclear")
    return fitting


def _marked(written: str) -> Reading | None:
    """By digits, and marks between thousands."""
    number = _MARKED.match(written)
    if number is None or not (end := _ENDS.match(written, number.end())):
        return None
    note = written[end.end() :]
    if _NO_NOTE.match(note) or _REST_OF_A_NUMBER.match(note):
        return None
    if note[:1].isdigit() and end[0].strip():
        return None
    return _reading(number, note)


def _spaced(written: str) -> Reading | None:
    """By spaces between thousands."""
    number = _SPACED.match(written)
    if number is None or not (end := _ENDS.match(written, number.end())):
        return None
    note = written[end.end() :]
    return None if _NO_NOTE.match(note) or note[:1].isdigit() else _reading(number, note)


def _reading(number: re.Match[str], note: str) -> Reading:
    digits = int("".join(filter(str.isdigit, number["digits"])))
    return Reading(digits if number["sign"] in ("", "+") else -digits, note)
