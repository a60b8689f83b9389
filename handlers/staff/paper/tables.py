"""A table of paper signatures sent to the bot: what is in it, how it is read, and counting it."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated

from telegram import Document

from campaign.paper import columns, import_table
from campaign.paper.check_table import Report
from campaign.paper.import_table import NotCountable
from campaign.paper.read_table import MOST_BYTES
from campaign.petition import Petition
from handlers.actions import Action, Word
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.paper.buttons import ListEntries
from handlers.staff.permissions import addressed, theirs_as
from storage import paper_imports
from storage.paper_imports import Import

ENDINGS = (".csv", ".tsv", ".txt")
NONE = 99
"""Stands in a button's data for no column."""


@dataclass(frozen=True, slots=True)
class Count(Action, prefix="table:count"):
    table_id: int


@dataclass(frozen=True, slots=True)
class Discard(Action, prefix="table:throw"):
    table_id: int


@dataclass(frozen=True, slots=True)
class AskColumn(Action, prefix="table:columns"):
    """Ask which column holds a field."""

    table_id: int
    field: Word


@dataclass(frozen=True, slots=True)
class SetColumn(Action, prefix="table:set"):
    """Read a field from a column.

    Attributes:
        choice: "field.column"; the column by its place from 0, or NONE.
    """

    table_id: int
    choice: Annotated[str, r"\w{1,40}\.[0-9]{1,3}"]


async def is_table(context: Context) -> bool:
    """Whether a message brings a table from somebody who may count what is in it."""
    file = _file(context)
    named = file is not None and PurePath(file.file_name or "").suffix.casefold() in ENDINGS
    return named and bool(await theirs_as(context, "editor"))


async def received(context: Context) -> Screen:
    """A table: it is looked at beside the conversation, and nothing is counted yet."""
    message, file = context.update.effective_message, _file(context)
    theirs = await theirs_as(context, "editor") or []
    context.args = tuple((message.caption or "").split()) if message else ()
    petition, _ = addressed(context, theirs)
    if petition is None or file is None:
        return Screen(Text("paper/table_which"))
    if (file.file_size or 0) > MOST_BYTES:
        return Screen(Text("paper/table_problem", {"reason": "too_large"}))
    await paper_imports.add(
        context.db,
        campaign_id=petition.id,
        requested_by=context.supporter.id,
        file_id=file.file_id,
        file_name=PurePath((file.file_name or "").replace("\0", "")).name[:120],
        now=context.now,
    )
    context.after_commit = context.services.import_sent.set
    return Screen(Text("paper/table_looking"))


async def count(context: Context, action: Count) -> Screen:
    """Count the signatures of a table."""
    petition, table = await _found(context, action.table_id)
    try:
        await import_table.count(context.db, table, counted_by=context.supporter, now=context.now)
    except NotCountable:
        return found(table)
    context.after_commit = context.services.counted.set
    counted = Report.from_dict(table.report or {}).good
    variables = {
        "campaign": await context.view(petition),
        "count": counted,
        "note": table.file_name,
    }
    return Screen(
        Text("staff/offline_recorded", variables),
        [[Button("paper_list", ListEntries(petition.id))]],
    )


async def discard(context: Context, action: Discard) -> Screen:
    """Throw a table away, with nothing counted of it."""
    _, table = await _found(context, action.table_id)
    await paper_imports.move(context.db, table.id, ("looked", "queued"), "thrown")
    return Screen(Text("paper/table_thrown"))


async def ask_column(context: Context, action: AskColumn) -> Screen:
    """Ask which column holds a field."""
    _, table = await _found(context, action.table_id)
    return _which_column(table, action.field)


async def set_column(context: Context, action: SetColumn) -> Screen:
    """Have a table read again, with a field in another column."""
    _, table = await _found(context, action.table_id)
    field, _, column = action.choice.partition(".")
    if table.report is None or field not in columns.FIELDS:
        return found(table)
    chosen = dict(Report.from_dict(table.report).columns)
    chosen.pop(field, None)
    if int(column) != NONE:
        chosen[field] = int(column)
    if await paper_imports.move(context.db, table.id, ("looked",), "queued", columns=chosen):
        context.after_commit = context.services.import_sent.set
        return Screen(Text("paper/table_looking"))
    return found(table)


async def _found(context: Context, table_id: int) -> tuple[Petition, Import]:
    table = await paper_imports.of(context.db, table_id)
    if table is None:
        raise Gone
    petition = context.petition(table.campaign_id)
    await context.require(petition, "editor")
    return petition, table


async def notification(reader: Reader) -> Screen | None:
    """What was found in a table that has been looked at."""
    table = await paper_imports.of(reader.db, reader.subject_id)
    return found(table) if table and table.status == "looked" else None


def found(table: Import) -> Screen:
    """What was found, with the buttons that are of use now."""
    if table.status == "queued":
        return Screen(Text("paper/table_looking"))
    if table.status != "looked" or table.report is None:
        return Screen(Text("paper/table_over", {"status": table.status}))
    report = Report.from_dict(table.report)
    variables = {
        "name": table.file_name,
        "rows": report.rows,
        "good": report.good,
        "problems": report.problems,
        "problem_count": report.problem_count,
        "twice": report.twice,
        "twice_count": report.twice_count,
        "signed": report.signed,
        "signed_count": report.signed_count,
        "same_file": report.same_file,
    }
    rows = [
        [
            Button(
                "table_column",
                AskColumn(table.id, field),
                variables={"field": field, "heading": _heading(report, report.columns.get(field))},
            )
        ]
        for field in columns.FIELDS
    ]
    if report.good and not report.same_file:
        good = {"count": report.good}
        rows.insert(0, [Button("table_count", Count(table.id), variables=good)])
    return Screen(
        Text("paper/table", variables),
        [*rows, [Button("table_throw", Discard(table.id))]],
    )


def _heading(report: Report, column: int | None) -> str:
    """A column's heading, else its number; "" for none."""
    if column is None or column >= len(report.headings):
        return ""
    return report.headings[column] or str(column + 1)


def _which_column(table: Import, field: str) -> Screen:
    if table.report is None or table.status != "looked" or field not in columns.FIELDS:
        return found(table)
    report = Report.from_dict(table.report)
    choices = [*range(len(report.headings))][:30]
    rows = [
        [
            Button(
                "own_words",
                SetColumn(table.id, f"{field}.{column}"),
                variables={"words": _heading(report, column)},
            )
        ]
        for column in choices
    ]
    rows.append([Button("table_no_column", SetColumn(table.id, f"{field}.{NONE}"))])
    return Screen(Text("paper/table_column", {"field": field}), rows)


def _file(context: Context) -> Document | None:
    message = context.update.effective_message
    return message.document if message else None


ROUTES = Routes(
    actions={Count: count, Discard: discard, AskColumn: ask_column, SetColumn: set_column}
)
