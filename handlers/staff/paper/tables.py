"""A table of paper signatures sent to the bot: what is in it, how it is read, and counting it."""

from pathlib import PurePath

from telegram import Document

from campaign.paper import columns, import_table
from campaign.paper.check_table import Report
from campaign.paper.import_table import NotCountable
from campaign.paper.read_table import MOST_BYTES
from campaign.petition import Petition
from handlers.context import Context
from handlers.notifications import Reader
from handlers.screens import Button, Screen, Text
from handlers.staff.permissions import addressed, may_edit, theirs_as
from handlers.supporter.home import home
from storage import paper_imports
from storage.paper_imports import Import

ENDINGS = (".csv", ".tsv", ".txt")
NONE = 99
"""Stands in a button's data for no column."""


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


async def tapped(context: Context) -> Screen:
    """A button under what was found in a table."""
    act, number, more = context.args[0], int(context.args[1]), context.args[2]
    table = await paper_imports.of(context.db, number)
    petition = context.find_petition(table.campaign_id) if table else None
    if table is None or petition is None or not await may_edit(context, petition):
        return await home(context)
    match act:
        case "count":
            return await _count(context, petition, table)
        case "throw":
            await paper_imports.move(context.db, table.id, ("looked", "queued"), "thrown")
            return Screen(Text("paper/table_thrown"))
        case "columns" if more:
            return _which_column(table, more)
        case "set" if more:
            return await _set(context, table, more)
    return found(table)


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
                f"table:columns:{table.id}:{field}",
                variables={"field": field, "heading": _heading(report, report.columns.get(field))},
            )
        ]
        for field in columns.FIELDS
    ]
    if report.good and not report.same_file:
        count = Button("table_count", f"table:count:{table.id}", variables={"count": report.good})
        rows.insert(0, [count])
    return Screen(
        Text("paper/table", variables),
        [*rows, [Button("table_throw", f"table:throw:{table.id}")]],
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
                f"table:set:{table.id}:{field}.{column}",
                variables={"words": _heading(report, column)},
            )
        ]
        for column in choices
    ]
    rows.append([Button("table_no_column", f"table:set:{table.id}:{field}.{NONE}")])
    return Screen(Text("paper/table_column", {"field": field}), rows)


async def _set(context: Context, table: Import, choice: str) -> Screen:
    field, _, column = choice.partition(".")
    if table.report is None or field not in columns.FIELDS or not column.isdecimal():
        return found(table)
    chosen = dict(Report.from_dict(table.report).columns)
    chosen.pop(field, None)
    if int(column) != NONE:
        chosen[field] = int(column)
    if await paper_imports.move(context.db, table.id, ("looked",), "queued", columns=chosen):
        context.after_commit = context.services.import_sent.set
        return Screen(Text("paper/table_looking"))
    return found(table)


async def _count(context: Context, petition: Petition, table: Import) -> Screen:
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
        [[Button("paper_list", f"paper:list:{petition.id}")]],
    )


def _file(context: Context) -> Document | None:
    message = context.update.effective_message
    return message.document if message else None
