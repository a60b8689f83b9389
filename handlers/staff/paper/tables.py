"""A table of paper signatures sent to the bot: what is in it, how it is read, and counting it."""

from dataclasses import replace
from pathlib import PurePath
from typing import Any

from campaign.paper import columns, import_table
from campaign.paper.import_table import NotCountable, report_of
from campaign.paper.read_table import MOST_BYTES
from campaign.paper.report import COUNT, LEAVE, QUESTIONS, is_answer
from campaign.petition import Petition
from handlers.context import Context, Gone, NotNamed
from handlers.events import Document
from handlers.notifications import Reader
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.paper.buttons import (
    NONE,
    Answer,
    AskColumn,
    Count,
    Discard,
    ListEntries,
    SetColumn,
)
from handlers.staff.paper.table_screens import found, which_column
from handlers.staff.permissions import addressed, has_role, petition_as, theirs_as
from storage import paper_imports
from storage.paper_imports import Import

ENDINGS = (
    *(".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".ods"),
    *(".xls", ".xlsb", ".numbers"),  # cannot be read: what to save instead is answered
)


async def is_table(context: Context) -> bool:
    """Whether a message brings a table from somebody who may count what is in it."""
    file = _file(context)
    named = file is not None and PurePath(file.name).suffix.casefold() in ENDINGS
    return named and await has_role(context, "editor")


async def received(context: Context) -> Screen:
    """A table: it is looked at beside the conversation, and nothing is counted yet."""
    message, file = context.event.message, _file(context)
    context.args = tuple(message.caption.split()) if message else ()
    try:
        petition, _ = addressed(context, await theirs_as(context, "editor"))
    except NotNamed:
        return Screen(Text("paper/table_which"))
    if file is None:
        raise Gone
    if file.size > MOST_BYTES:
        return Screen(Text("paper/table_problem", {"reason": "too_large"}))
    await paper_imports.add(
        context.db,
        campaign_id=petition.id,
        requested_by=context.supporter.id,
        file_id=file.id,
        file_name=PurePath(file.name.replace("\0", "")).name[:120],
        now=context.now,
    )
    context.after_commit = context.services.import_sent.set
    return Screen(Text("paper/table_looking"))


async def count(context: Context, action: Count) -> Screen:
    """Count the signatures of a table."""
    petition, table = await _found(context, action.table_id)
    report = report_of(table)
    if report is None:
        return await _again(context, table)
    try:
        await import_table.count(
            context.db, table, action.number, counted_by=context.supporter, now=context.now
        )
    except NotCountable:
        return found(table)
    context.after_commit = context.services.counted.set
    counted = report.total(table.answers or {})
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
    return which_column(table, action.field)


async def set_column(context: Context, action: SetColumn) -> Screen:
    """Have a table read again, with a field in another column."""
    _, table = await _found(context, action.table_id)
    field, _, column = action.choice.partition(".")
    report = report_of(table)
    if report is None or field not in columns.FIELDS:
        return await _again(context, table)
    chosen = dict(report.columns)
    chosen.pop(field, None)
    if int(column) != NONE:
        chosen[field] = int(column)
    return await _again(context, table, columns=chosen)


async def answer(context: Context, action: Answer) -> Screen:
    """Take an answer to a doubt; one about the whole table has it read again."""
    _, table = await _found(context, action.table_id)
    asked, _, said = action.choice.partition(".")
    report = report_of(table)
    if report is None:
        return await _again(context, table)
    answers = {**(table.answers or {}), asked: said}
    if asked == report.question and is_answer(asked, said):
        return await _again(context, table, answers=answers)
    if asked in report.doubts and said in (COUNT, LEAVE) and table.status == "looked":
        await paper_imports.move(context.db, table.id, ("looked",), "looked", answers=answers)
        return found(replace(table, answers=answers))
    return found(table)


async def _again(context: Context, table: Import, **values: dict[str, Any]) -> Screen:
    """Have a table read once more; what was said of its rows may not hold for what is found."""
    answers = values.get("answers", table.answers) or {}
    kept = {asked: said for asked, said in answers.items() if asked in QUESTIONS}
    moved = {**values, "answers": kept}
    if await paper_imports.move(context.db, table.id, ("looked",), "queued", **moved):
        context.after_commit = context.services.import_sent.set
        return Screen(Text("paper/table_looking"))
    return found(table)


async def _found(context: Context, table_id: int) -> tuple[Petition, Import]:
    table = await paper_imports.of(context.db, table_id)
    if table is None:
        raise Gone
    return await petition_as(context, table.campaign_id, "editor"), table


async def notification(reader: Reader) -> Screen:
    """What was found in a table that has been looked at."""
    table = await paper_imports.of(reader.db, reader.subject_id)
    if table is None or table.status != "looked":
        raise Gone
    return found(table)


def _file(context: Context) -> Document | None:
    message = context.event.message
    return message.document if message else None


ROUTES = Routes(
    actions={
        Count: count,
        Discard: discard,
        Answer: answer,
        AskColumn: ask_column,
        SetColumn: set_column,
    }
)
