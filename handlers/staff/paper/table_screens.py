"""Screens of a table of paper signatures: its rows, its doubts and its columns."""

from typing import Any

from campaign.paper import columns
from campaign.paper.import_table import report_of
from campaign.paper.report import COUNT, LEAVE, Report
from campaign.paper.rows import LEFT
from handlers.screens import Button, Screen, Text
from handlers.staff.paper.buttons import NONE, Answer, AskColumn, Count, Discard, SetColumn
from storage.paper_imports import Import


def found(table: Import) -> Screen:
    """What was found, with the buttons that are of use now."""
    report = report_of(table)
    if table.status == "queued":
        return Screen(Text("paper/table_looking"))
    if table.status != "looked" or report is None:  # of a version that asked nothing: once more
        status = "failed" if table.status == "looked" else table.status
        return Screen(Text("paper/table_over", {"status": status}))
    if report.question:
        return _asked(table, report)
    answers, doubts = table.answers or {}, report.doubts
    good = report.total(answers)
    variables = {
        "name": table.file_name,
        "rows": report.rows,
        "good": good,
        "left": {reason: report.left[reason] for reason in LEFT if reason in report.left},
        "doubts": doubts,
        "answers": answers,
        "open": sum(doubt not in answers for doubt in doubts),
        "same_file": report.same_file,
    }
    rows: list[list[Button]] = []
    if good and report.is_answered(answers) and not report.same_file:
        count = {"count": good}
        rows.append([Button("table_count", Count(table.id, good), variables=count)])
    for doubt, group in doubts.items() if not report.same_file else ():
        for said in (COUNT, LEAVE):
            shown = {"doubt": doubt, "count": group.count, "on": answers.get(doubt) == said}
            to = Answer(table.id, f"{doubt}.{said}")
            rows.append([Button(f"table_doubt_{said}", to, variables=shown)])
    return Screen(Text("paper/table", variables), [*rows, *_columns(table, report), _throw(table)])


def _asked(table: Import, report: Report) -> Screen:
    """What has to be known before the rows can be read."""
    variables = {
        "name": table.file_name,
        "question": report.question,
        "rows": report.lost.rows,
        "more": report.lost.count > len(report.lost.rows),
    }

    def to(label: str, said: str, **more: Any) -> list[Button]:
        return [Button(label, Answer(table.id, f"{report.question}.{said}"), variables=more)]

    match report.question:
        case "sheet":
            rows = [to("own_words", str(at), words=name) for at, name in enumerate(report.sheets)]
        case "quotes":
            rows = [to("table_quotes_rows", "rows"), to("table_quotes_cells", "cells")]
        case "heading":
            rows = [to("table_row_person", "person"), to("table_row_heading", "heading")]
        case _:
            named = columns.usable(report.columns, len(report.headings))
            rows = [*_columns(table, report), *([to("table_columns", "right")] if named else [])]
    return Screen(Text("paper/table_question", variables), [*rows, _throw(table)])


def _columns(table: Import, report: Report) -> list[list[Button]]:
    return [
        [
            Button(
                "table_column",
                AskColumn(table.id, field),
                variables={"field": field, "heading": _heading(report, report.columns.get(field))},
            )
        ]
        for field in columns.FIELDS
    ]


def _throw(table: Import) -> list[Button]:
    return [Button("table_throw", Discard(table.id))]


def _heading(report: Report, column: int | None) -> str:
    """A column's heading, else its number; "" for none."""
    if column is None or column >= len(report.headings):
        return ""
    return report.headings[column] or str(column + 1)


def which_column(table: Import, field: str) -> Screen:
    """Ask which column holds a field."""
    report = report_of(table)
    if report is None or table.status != "looked" or field not in columns.FIELDS:
        return found(table)
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
