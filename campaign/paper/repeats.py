"""People who are in a table twice, told from members of one family."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from campaign.paper.rows import Row


@dataclass(slots=True)
class _Namesakes:
    """Those of one name that were seen."""

    by_postcode: dict[str, Row] = field(default_factory=dict)
    by_email: dict[str, Row] = field(default_factory=dict)
    nowhere: bool = False


def mark(rows: Iterable[Row]) -> None:
    """Mark people who are there again: `left` where it is certain, else a doubt.

    Certain is the same whole name, and the same postcode or email, with nothing else in the row
    that differs. Rows that may have to be left out are compared last, so that none of them takes
    the place of one that counts.
    """
    seen: dict[str, _Namesakes] = {}
    people = [row for row in rows if not row.left and row.name_key]
    for row in (*(r for r in people if not r.doubts), *(r for r in people if r.doubts)):
        namesakes = seen.setdefault(row.name_key, _Namesakes())
        _compare(row, namesakes)
        if row.left:
            continue
        if row.postcode:
            namesakes.by_postcode.setdefault(row.postcode, row)
        if row.email:
            namesakes.by_email.setdefault(row.email, row)
        namesakes.nowhere = namesakes.nowhere or not row.postcode


def _compare(row: Row, seen: _Namesakes) -> None:
    there = seen.by_postcode.get(row.postcode or "")
    same_email = seen.by_email.get(row.email or "")
    other = there or same_email
    if other is not None and _is_same(row, other) and not other.doubts:
        row.left = "twice"
    elif other is not None or (
        seen.nowhere if row.postcode else bool(seen.by_postcode) or seen.nowhere
    ):
        row.doubts.add("repeated")


def _is_same(row: Row, other: Row) -> bool:
    moved = row.postcode and other.postcode and row.postcode != other.postcode
    differ = any(a and b and a != b for a, b in zip(row.rest, other.rest, strict=False))
    differ = differ or bool(row.email and other.email and row.email != other.email)
    return row.whole and other.whole and not moved and not differ
