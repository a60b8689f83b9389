"""The dry run: what would be counted, what would not, and why."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaign.paper import columns as headings
from campaign.paper import repeats, rows
from campaign.paper.no_table import NoTable
from campaign.paper.read_table import MOST_ROWS, Line, Table, read
from campaign.paper.report import Group, Report
from campaign.paper.rows import Layout, Row
from storage import paper_imports
from storage.database import Connection

TOGETHER = 400
"""SQLite takes 32,766 variables a statement, but nobody waits for it here."""


@dataclass(frozen=True, slots=True)
class Person:
    """What tells one signer from another.

    Attributes:
        whole: whether the name tells one member of a family from another.
        doubts: why the row may have to be left out.
    """

    row: int
    name_key: str
    postcode: str | None
    email: str | None
    whole: bool
    doubts: frozenset[str]


def understand(
    content: bytes,
    columns: Mapping[str, int] | None,
    answers: Mapping[str, str] | None = None,
    *,
    needs_postcode: bool = True,
    only_uk: bool = True,
) -> tuple[Report, list[Person]]:
    """Read a table and see who is in it.

    Args:
        columns: as staff have put them; None to guess.
        answers: to `QUESTIONS`.
        needs_postcode: whether the campaign counts nobody without a postcode.
        only_uk: whether it counts nobody with a postcode of another country.

    Raises:
        NoTable: says why.
    """
    given = dict(answers or {})
    table = read(content, given)
    report = Report(sheets=table.sheets)
    if table.sheets and "sheet" not in given:
        report.question = "sheet"
        return report, []
    heading = _heading(table.lines, given)
    first = table.lines[heading].cells if heading is not None else []
    width = max(len(line.cells) for line in table.lines)
    report.headings = [name[:40] for name in (*first, *[""] * (width - len(first)))]
    report.columns = _columns(table.lines, heading, columns, width)
    report.question = _question(table, heading, report, given, columns is not None)
    if report.question and report.question != "columns":
        return report, []
    if not headings.usable(report.columns, width):
        report.question = "columns"
        return report, []
    found = list(rows.read(Layout(table.lines, heading, report.columns, needs_postcode, only_uk)))
    repeats.mark(found)
    return report, _people(found, report)


def understand_by_pages(
    content: bytes,
    columns: Mapping[str, int] | None,
    answers: Mapping[str, str],
    needs_postcode: bool,
    only_uk: bool,
    tell: Callable[[list[Person]], None],
) -> Report:
    """The same for a worker, which tells of the people page by page.

    Raises:
        NoTable: says why.
    """
    report, people = understand(
        content, columns, answers, needs_postcode=needs_postcode, only_uk=only_uk
    )
    for start in range(0, len(people), TOGETHER):
        tell(people[start : start + TOGETHER])
    return report


async def check(
    db: Connection, campaign_id: int, sha256: str, report: Report, people: list[Person]
) -> Report:
    """Find who has signed in the chat; completes the report."""
    report.same_file = await paper_imports.counted_before(db, campaign_id, sha256)
    for start in range(0, len(people), TOGETHER):
        some = people[start : start + TOGETHER]
        keys = {one.name_key for one in some if one.name_key}
        signers = defaultdict(list)
        for name, postcode, email in await paper_imports.signers_named(db, campaign_id, keys):
            signers[name].append((postcode, email))
        for one in some:
            certain = _has_signed(one, signers[one.name_key])
            doubts = one.doubts | ({"maybe_signed"} if certain is False else set())
            if certain:
                report.leave("signed", one.row)
            elif doubts:
                report.doubt(doubts, one.row)
            else:
                report.certain += 1
    return report


def digest(content: bytes, answers: Mapping[str, str]) -> str:
    """What tells a file, and the sheet of it that is read, from others."""
    sheet = answers.get("sheet", "")
    return hashlib.sha256(content + (f"\0sheet {sheet}".encode() if sheet else b"")).hexdigest()


def _has_signed(one: Person, namesakes: list[tuple[str | None, str | None]]) -> bool | None:
    """Whether one of these is the person: True, False for perhaps, None for no."""
    answer: bool | None = None
    for postcode, email in namesakes:
        same_email = bool(email) and email == one.email
        if (postcode == one.postcode and postcode) or same_email:
            differs = (bool(email) and bool(one.email) and not same_email) or (
                bool(postcode) and bool(one.postcode) and postcode != one.postcode
            )
            answer = answer or (one.whole and not differs)
        elif not postcode or not one.postcode:
            answer = answer or False
    return answer


def _heading(lines: list[Line], given: Mapping[str, str]) -> int | None:
    if given.get("heading") == "heading":
        return 0
    return rows.heading_of(lines)


def _columns(
    lines: list[Line], heading: int | None, chosen: Mapping[str, int] | None, width: int
) -> dict[str, int]:
    if chosen is not None:
        return dict(chosen)
    guessed = headings.guess(lines[heading].cells) if heading is not None else {}
    if not headings.usable(guessed, width):
        unread = lines if heading is None else lines[heading + 1 :]
        guessed = {**rows.by_content(unread), **guessed}
    return guessed


def _question(
    table: Table, heading: int | None, report: Report, given: Mapping[str, str], chosen: bool
) -> str:
    """What has to be asked before rows can be read for what they are."""
    if "quotes" not in given and (swallowed := _swallowed(table, report)):
        for number in swallowed:
            report.lost.add(number)
        return "quotes"
    if heading is None and "heading" not in given and _may_be_heading(table.lines, report.columns):
        return "heading"
    named = bool(headings.guess(table.lines[heading].cells)) if heading is not None else True
    names = set(headings.NAMES) & set(headings.guess(report.headings))
    sure = heading is None or (
        named and names and not headings.rivals(report.headings, report.columns)
    )
    return "" if sure or chosen or "columns" in given else "columns"


def _swallowed(table: Table, report: Report) -> list[int]:
    """Rows with a cell over several lines that may be rows behind an open quotation mark: where the
    marks do not fit together, in a column that we read, or with as many separators as a row."""
    widths = [line.width for line in table.lines]
    usual = max(set(widths), key=widths.count)
    read = set(report.columns.values())
    odd = {line.number for line in table.lines if line.width != usual}
    return [
        row
        for row, column, separators in table.spanning
        if table.broken or column in read or separators >= usual - 1 or row in odd
    ]


def _may_be_heading(lines: list[Line], columns: Mapping[str, int]) -> bool:
    """Whether the first row may name the columns in words that we do not know."""
    first = lines[0].cells
    typed = [columns[what] for what in ("postcode", "email") if what in columns]
    if any(rows.is_like(lines[0], column) for column in typed):
        return False
    return len(lines) > 1 and (
        not typed or any(column < len(first) and first[column] for column in typed)
    )


def _people(found: list[Row], report: Report) -> list[Person]:
    people: list[Person] = []
    for row in found:
        if row.left:
            report.leave(row.left, row.number)
        else:
            people.append(
                Person(
                    row.number,
                    row.name_key,
                    row.postcode,
                    row.email,
                    row.whole,
                    frozenset(row.doubts),
                )
            )
    likely = sum(not one.doubts & {"before", "only_name"} for one in people)
    if likely + report.left.get("twice", Group()).count > MOST_ROWS:
        raise NoTable("too_many_rows")
    return people
