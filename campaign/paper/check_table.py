"""The dry run: what would be counted, what would not, and why."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from campaign import fields
from campaign.fields import FieldProblem
from campaign.paper import columns as headings
from campaign.paper.read_table import Line, NoTable, read
from storage import paper_imports
from storage.database import Connection

MOST_NAMED = 100
TOGETHER = 400
"""SQLite takes 32,766 variables a statement, but nobody waits for it here."""


@dataclass(frozen=True, slots=True)
class Person:
    """What tells one signer from another."""

    line: int
    name_key: str
    postcode: str | None
    email: str | None


@dataclass(slots=True)
class Report:
    """What was found in a table. It holds line numbers and headings, and nobody's name.

    Attributes:
        headings: of the columns; "" where the table has none.
        columns: which column is taken for what.
        rows: without the headings.
        good: those that can be counted.
        problems: line, field and what is wrong with it; the first hundred.
        problem_count: rows with a problem.
        twice: lines that repeat an earlier one; the first hundred.
        signed: lines of people who have signed in the chat; the first hundred.
        same_file: whether this very file stands counted already.
    """

    headings: list[str]
    columns: dict[str, int]
    rows: int = 0
    good: int = 0
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    problem_count: int = 0
    twice: list[int] = field(default_factory=list)
    twice_count: int = 0
    signed: list[int] = field(default_factory=list)
    signed_count: int = 0
    same_file: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """The report that `to_dict` was called on."""
        problems = [(int(line), str(what), str(why)) for line, what, why in kept["problems"]]
        return cls(**{**kept, "problems": problems})


def understand(content: bytes, columns: Mapping[str, int] | None) -> tuple[Report, list[Person]]:
    """Read a table and see who is in it.

    Args:
        columns: as staff have put them; None to guess.

    Raises:
        NoTable: says why.
    """
    lines = read(content)
    width = max(len(line.cells) for line in lines)
    first = lines[0].cells
    has_heading = headings.has_heading(first)
    named = (first if has_heading else []) + [""] * width
    guessed = headings.guess(first) if has_heading else headings.of_nameless(width)
    chosen = dict(columns) if columns is not None else guessed
    report = Report([name[:40] for name in named[:width]], chosen)
    if not headings.usable(chosen, width):
        return report, []
    return report, list(_people(lines[1:] if has_heading else lines, report))


def understand_by_pages(
    content: bytes, columns: Mapping[str, int] | None, tell: Callable[[list[Person]], None]
) -> Report:
    """The same for a worker, which tells of the people page by page.

    Raises:
        NoTable: says why.
    """
    report, people = understand(content, columns)
    for start in range(0, len(people), TOGETHER):
        tell(people[start : start + TOGETHER])
    return report


async def check(
    db: Connection, campaign_id: int, content: bytes, report: Report, people: list[Person]
) -> Report:
    """Find who is in the table twice, or has signed in the chat; completes the report."""
    sha256 = hashlib.sha256(content).hexdigest()
    report.same_file = await paper_imports.counted_before(db, campaign_id, sha256)
    seen: set[tuple[str, str]] = set()
    mails: set[str] = set()
    for start in range(0, len(people), TOGETHER):
        some = people[start : start + TOGETHER]
        by_name, by_email = await paper_imports.signed_already(
            db,
            campaign_id,
            {one.name_key for one in some},
            {one.email for one in some if one.email},
        )
        for one in some:
            key = (one.name_key, one.postcode) if one.postcode else None
            if key in seen or one.email in mails:
                _name(report.twice, one.line)
                report.twice_count += 1
            elif key in by_name or one.email in by_email:
                _name(report.signed, one.line)
                report.signed_count += 1
            else:
                report.good += 1
            seen |= {key} if key else set()
            mails |= {one.email} if one.email else set()
    return report


def _people(lines: list[Line], report: Report) -> Iterator[Person]:
    for line in lines:
        report.rows += 1
        try:
            yield _person(line, report.columns)
        except FieldProblem as wrong:
            report.problem_count += 1
            if len(report.problems) < MOST_NAMED:
                report.problems.append((line.number, wrong.field, wrong.reason))


def _person(line: Line, columns: Mapping[str, int]) -> Person:
    def cell(field: str) -> str:
        column = columns.get(field, -1)
        return line.cells[column] if 0 <= column < len(line.cells) else ""

    whole = cell("name") or f"{cell('first_name')} {cell('last_name')}"
    name = fields.name(whole)
    postcode = fields.postcode(cell("postcode")) if cell("postcode") else None
    email = fields.email(cell("email")).casefold() if cell("email") else None
    return Person(line.number, fields.name_key(name), postcode, email)


def _name(lines: list[int], line: int) -> None:
    if len(lines) < MOST_NAMED:
        lines.append(line)


__all__ = ["NoTable", "Person", "Report", "check", "understand"]
