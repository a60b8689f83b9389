"""Promises about spreadsheets: what people see in them is read, and no bomb goes off."""

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from campaign import worker
from campaign.paper import workbook
from campaign.paper.check_table import Person, understand, understand_by_pages
from campaign.paper.no_table import NoTable
from campaign.paper.read_table import read
from campaign.worker import Limits, WorkerDied

PEOPLE = [["Name", "Postcode"], ["Ann Lee", "E17 4PP"], ["Bob Lee", "E17 4PP"]]
OPEN_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Saturday">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def excel(*sheets: list[list[str]], hidden_row: int | None = None) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if hidden_row is not None:
                sheet.set_row(hidden_row, None, None, {"hidden": True})
    return file.getvalue()


def open_document(rows: list[list[str]], hidden_row: int | None = None) -> bytes:
    made = ""
    for number, row in enumerate(rows):
        seen = ' table:visibility="filter"' if number == hidden_row else ""
        made += f"<table:table-row{seen}>{''.join(map(CELL.format, row))}</table:table-row>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", OPEN_DOCUMENT.format(rows=made))
        package.writestr(
            "META-INF/manifest.xml", f'<manifest><file media-type="{kind}"/></manifest>'
        )
    return file.getvalue()


def changed(content: bytes, part: str, text: str) -> bytes:
    """A spreadsheet with other words in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return file.getvalue()


@pytest.mark.parametrize("make", [excel, open_document])
def test_people_are_read_and_hidden_rows_are_asked_about(make: object) -> None:
    report, people = understand(make(PEOPLE), None)  # type: ignore[operator]
    assert (report.question, len(people), people[0].doubts) == ("", 2, frozenset())
    _, people = understand(make(PEOPLE, hidden_row=2), None)  # type: ignore[operator]
    assert [sorted(one.doubts) for one in people] == [[], ["hidden"]]


def test_formulas_dates_merged_titles_and_numbers_are_read_as_they_are_seen() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(1, 1, 1, 4, "Keep the Unit: a petition")
        sheet.write_row(3, 1, ["No.", "Name", "Postcode", "Date"])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, name in enumerate(("Ann Lee", "Bob Lee"), start=1):
            sheet.write_number(3 + number, 1, number)
            sheet.write_formula(3 + number, 2, "=A1&B1", None, name)
            sheet.write_string(3 + number, 3, "E17 4PP")
            sheet.write_datetime(3 + number, 4, datetime(2009, 11, 24), day)  # noqa: DTZ001
        sheet.write_string(6, 1, "Total")
        sheet.write_formula(6, 2, "=COUNTA(C5:C6)", None, 2)
    report, people = understand(file.getvalue(), None)
    assert [(one.row, one.name_key, one.doubts) for one in people] == [
        (5, "annlee", frozenset()),
        (6, "boblee", frozenset()),
    ]
    assert {why: group.rows for why, group in report.left.items()} == {"above": [2], "totals": [7]}


def test_of_several_sheets_one_is_chosen_and_empty_ones_are_none() -> None:
    book = excel(PEOPLE, [], PEOPLE[:2])
    report, people = understand(book, None)
    assert (report.question, report.sheets, people) == ("sheet", ["Sheet1", "Sheet3"], [])
    assert [len(understand(book, None, {"sheet": at})[1]) for at in "01"] == [2, 1]
    assert understand(excel(PEOPLE, []), None)[0].question == ""


def test_a_spreadsheet_that_unpacks_without_end_is_refused() -> None:
    bomb = changed(excel(PEOPLE), "xl/worksheets/sheet1.xml", " " * (workbook.MOST_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(NoTable) as refused:
        read(bomb)
    assert refused.value.reason == "too_large"


def test_a_spreadsheet_with_entities_is_refused() -> None:
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    with pytest.raises(NoTable) as refused:
        read(changed(excel(PEOPLE), "xl/workbook.xml", laughs))
    assert refused.value.reason == "no_spreadsheet"


async def test_a_cell_at_the_far_end_ends_the_worker_at_most() -> None:
    far = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>Name</v></c></row><row r="1048576">'
        '<c r="XFD1048576" t="str"><v>x</v></c></row></sheetData></worksheet>'
    )
    content = changed(excel(PEOPLE), "xl/worksheets/sheet1.xml", far)

    async def more(_: list[Person]) -> None: ...

    with pytest.raises((WorkerDied, NoTable)):
        await worker.run(
            understand_by_pages, content, None, {}, True, True, limits=Limits(), on_part=more
        )
