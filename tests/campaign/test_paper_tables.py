"""Promises about tables of paper signatures: any program's CSV is read, and no row is kept."""

import codecs
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.paper import check_table, entries, import_table
from campaign.paper.check_table import check, digest, understand
from campaign.paper.days import day
from campaign.paper.import_table import NotCountable
from campaign.paper.no_table import NoTable
from campaign.paper.read_table import MOST_BYTES, MOST_ROWS, read
from campaign.signing import sign
from storage import campaigns, paper_entries, paper_imports
from storage.database import Database
from tests.amount import cases
from tests.campaign import petitions
from tests.folded import for_each

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2009, 11, 26)
TABLE = "Full name,Postcode,E-mail\nSiân Ŵyn,SW1A 1AA,sian@example.org\nZoë Müller,E17 4PP,\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        TABLE.encode("utf-16"),
        codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        ('"' + TABLE.replace(",", '","').replace("\n", '"\n"')).rstrip('"').encode(),
    ],
    ids=["utf8", "mark", "utf16", "utf16be", "semicolons", "tabs", "crlf", "cr", "quotes"],
)
def test_a_table_is_read_as_any_program_saves_it(content: bytes) -> None:
    report, people = understand(content, None)
    assert report.columns == {"name": 0, "postcode": 1, "email": 2}
    assert [person.name_key for person in people] == ["sianwyn", "zoemuller"]
    assert people[0].email == "sian@example.org"
    assert not report.left


def test_the_encoding_of_old_office_programs_is_guessed() -> None:
    names = ["Zoë Müller", "François Lefèvre", "Seán Ó Briain", "José Peña", "Siân Môn"]
    table = "Name;Postcode\r\n" + "".join(f"{name};SW1A 1AA\r\n" for name in names)
    _, people = understand(table.encode("cp1252"), None)
    assert [person.name_key for person in people] == [
        "zoemuller",
        "francoislefevre",
        "seanobriain",
        "josepena",
        "sianmon",
    ]


def test_first_and_last_names_are_put_together_and_columns_can_be_chosen() -> None:
    table = b"Forename,Surname,Home,Post code\nAda,Lovelace,E17 4PP,SW1A 1AA\n"
    report, people = understand(table, None)
    assert report.columns == {"first_name": 0, "last_name": 1, "postcode": 3}
    assert (people[0].name_key, people[0].postcode) == ("adalovelace", "SW1A 1AA")
    _, people = understand(table, {"name": 1, "postcode": 2})
    assert (people[0].name_key, people[0].postcode) == ("lovelace", "E17 4PP")
    for unusable in ({"postcode": 1}, {"name": 9}, {"name": -1}):
        report, people = understand(table, unusable)
        assert (report.question, people) == ("columns", [])


def test_a_table_without_headings_keeps_its_first_line_and_nobodys_name() -> None:
    report, people = understand(b"Ada Lovelace,SW1A 1AA\nMary Somerville,E17 4PP\n", None)
    assert len(people) == 2
    assert report.headings == ["", ""]
    assert "Ada" not in str(report.to_dict())


LEES = "Ann{0}Lee{1}E17 4PP\nBob{0}Lee{1}E17 4PP\nCyd{0}Lee{1}E17 4PP\n"


@for_each(
    "headings",
    [
        *("Forenames,Surname", "First name,Name", "First Name(s),Last Name(s)", "Prénom,Nom"),
        *("Vorname,Name", "FIRST_NAME,LAST_NAME", "Enw cyntaf,Cyfenw", "Nombre,Apellidos"),
        *("Christian names *,Family name:", "Given name / Forename,Surname", "Imię,Nazwisko"),
    ],
)
def test_a_family_at_one_postcode_is_as_many_as_it_is(headings: str) -> None:
    report, people = understand(f"{headings},Postcode\n{LEES.format(',', ',')}".encode(), None)
    assert report.question == ""
    assert [(one.name_key, sorted(one.doubts)) for one in people] == [
        ("annlee", []),
        ("boblee", []),
        ("cydlee", []),
    ]


def test_a_family_with_one_email_is_as_many_as_it_is() -> None:
    table = b"Name,Postcode,Email\nAnn Lee,E17 4PP,lee@x.org\nBob Lee,E17 4PP,lee@x.org\n"
    assert [one.doubts for one in understand(table, None)[1]] == [frozenset()] * 2


@for_each(
    "table, doubts",
    [
        ("Name,Postcode\nAnn Lee,D02 X285\nBo Lee,E17 4PP", {2: {"other_postcode"}}),
        ("Name,Postcode,Town\nAnn Lee,N/A,Leeds\nBo Lee,E17 4PP,", {2: {"no_postcode"}}),
        ("Name,Postcode,Town\nAnn Lee,,Leeds\nBo Lee,E17 4PP,", {2: {"no_postcode"}}),
        ("Name,Postcode\nA. Lee,E17 4PP\nA. Lee,E17 4PP", {3: {"repeated"}}),
        ("Surname,Postcode\nLee,E17 4PP\nLee,E17 4PP", {3: {"repeated"}}),
        ("Name,Postcode\nMr Lee,E17 4PP\nMr Lee,E17 4PP", {3: {"repeated"}}),
        ("Name,Town,Postcode\nAnn Lee,A,E17 4PP\nAnn Lee,B,E17 4PP", {3: {"repeated"}}),
        ("Name,Postcode\nMr & Mrs Lee,E17 4PP\nBo Lee,E17 4PP", {2: {"several"}}),
        ("Name,Postcode\nAnn and Bob Lee,E17 4PP\nBo Lee,E17 4PP", {2: {"several"}}),
        ("Name,Postcode\n,E17 4PP\nBo Lee,E17 4PP", {2: {"no_name"}}),
        ("Name,Postcode\nillegible,E17 4PP\nBo Lee,E17 4PP", {2: {"no_name"}}),
        ("Name,Postcode\nhttp://x.example,E17 4PP\nBo Lee,E17 4PP", {2: {"odd_name"}}),
        ("Name,Postcode\nBo Lee,E17 4PP\nKept by Ann,", {3: {"only_name"}}),
        ("Name,Postcode\nAnn,Lee,E17 4PP\nBo Lee,E17 4PP", {2: {"other_postcode", "too_wide"}}),
        ("Ann Lee,E17 4PP\nName,Postcode\nBo Lee,E17 4PP", {1: {"before"}}),
    ],
)
def test_doubt_is_named_by_row_and_nothing_else_is_in_doubt(
    table: str, doubts: dict[int, set[str]]
) -> None:
    report, people = understand(table.encode(), None)
    assert report.question == ""
    assert {one.row: set(one.doubts) for one in people if one.doubts} == doubts
    assert len(people) == 2


@for_each(
    "table, question",
    [
        ('Name,Postcode\n"Ann Lee,E17 4PP\nBob Lee,E17 4PP\nCyd Lee,E17 4PP\n', "quotes"),
        ('Name,Postcode\n"Ann Lee,E17 4PP\nBob Lee,E17 4PP\nCyd "Lee",E17 4PP\n', "quotes"),
        ('Name,Home,Postcode\nAnn,"High St,E17 4PP\nBob,Low St",E17 4PP\n', "quotes"),
        ("Nafn;Póstnúmer\nAnn Lee;E17 4PP\nBob Lee;E17 4PP", "heading"),
        ("Ann Lee\nBob Lee\n", "heading"),
        ("Name,Postcode,Name,Postcode\nAnn Lee,E17 4PP,Bob Lee,E17 4PP", "columns"),
        ("Organisation,Postcode\nThe Lees,E17 4PP\nUnit,E17 4PP", "columns"),
    ],
)
def test_what_changes_how_a_table_is_read_is_asked_first(table: str, question: str) -> None:
    report, people = understand(table.encode(), None)
    assert report.question == question
    assert people == [] or question == "columns"


def test_an_open_quotation_mark_loses_nobody_when_each_line_is_a_row() -> None:
    table = b'Name,Postcode\n"Ann Lee,E17 4PP\nBob Lee,E17 4PP\n"Cyd Lee",E17 4PP\n'
    report, people = understand(table, None, {"quotes": "rows"})
    assert [one.name_key for one in people] == ["annlee", "boblee", "cydlee"]
    address = b'Name,Home,Postcode\nAnn Lee,"12 High St,\nLeeds",LS1 1AA\nBob Lee,Leeds,LS1 1AA\n'
    report, people = understand(address, None)
    assert (report.question, len(people)) == ("", 2), "a home of several lines is no doubt"


def test_what_is_no_person_is_left_out_and_named_by_row() -> None:
    table = (
        "sep=;\nSave our library\n\nNo.;Name;Postcode;\n1;Ann Lee;E17 4PP;\n2;Bob Lee;E17 4PP;\n"
        "No.;Name;Postcode;\n3;ann lee;E174PP;\n4;;;\nTotal: 3;;;\n;;3;\n"
    )
    report, people = understand(table.encode(), None)
    assert [one.row for one in people if not one.doubts] == [4, 5]
    assert {why: group.rows for why, group in report.left.items()} == {
        "above": [1],
        "headings": [6],
        "twice": [7],
        "blank": [8, 10],
        "totals": [9],
    }
    assert not [one for one in people if one.doubts]


def test_ditto_marks_say_what_stands_above() -> None:
    table = "Forename;Surname;Postcode\nAnn;Lee;E17 4PP\nBob;〃;〃\nCyd;do.;ditto\n"
    _, people = understand(table.encode(), None)
    assert [(one.name_key, one.postcode) for one in people] == [
        ("annlee", "E17 4PP"),
        ("boblee", "E17 4PP"),
        ("cydlee", "E17 4PP"),
    ]


def test_a_campaign_that_asks_no_postcode_counts_rows_without_one() -> None:
    table = b"Name,Postcode,Town\nAnn Lee,D02 X285,Dublin\nBob Lee,,Leeds\nC. Lee,N/A,York\n"
    _, people = understand(table, None, needs_postcode=False, only_uk=False)
    assert [one.doubts for one in people] == [frozenset()] * 3


@for_each(
    "table, doubts",
    [
        ("Name,Postcode\n(illegible),E17 4PP\nBo Lee,E17 4PP", {2: {"no_name"}}),
        ("Name,Postcode\n[unreadable],E17 4PP\nBo Lee,E17 4PP", {2: {"no_name"}}),
        ("Name,Postcode\nAnn Lee VOID,E17 4PP\nBo Lee,E17 4PP", {2: {"odd_name"}}),
        ("Name,Postcode\nAnn Lee (deleted),E17 4PP\nBo Lee,E17 4PP", {2: {"odd_name"}}),
        ("Name,Postcode\nAnn Lee - duplicate,E17 4PP\nBo Lee,E17 4PP", {2: {"odd_name"}}),
        ("Name,Postcode,Remarks\nAnn Lee,E17 4PP,crossed out\nBo Lee,E17 4PP,", {2: {"marked"}}),
        ("Name,Postcode,Status\nAnn Lee,E17 4PP,Duplicate!\nBo Lee,E17 4PP,ok", {2: {"marked"}}),
        ("Name,Postcode,Nodiadau\nAnn Lee,E17 4PP,dyblyg\nBo Lee,E17 4PP,", {2: {"marked"}}),
        ("Name,Postcode,Signed?\nAnn Lee,E17 4PP,no\nBo Lee,E17 4PP,yes", {2: {"marked"}}),
        ("Name,Postcode,Valid\nAnn Lee,E17 4PP,FALSE\nBo Lee,E17 4PP,TRUE", {2: {"marked"}}),
        ("Name,Postcode,Updates\nAnn Lee,E17 4PP,no\nBo Lee,E17 4PP,yes", {}),
        ("Name,Postcode,How many\nAnn Lee,E17 4PP,3\nBo Lee,E17 4PP,1", {2: {"several"}}),
        ("Name,Postcode,No. of people\nAnn Lee,E17 4PP,2\nBo Lee,E17 4PP,", {2: {"several"}}),
        ("Name,Postcode,Signatures\nAnn Lee,E17 4PP,24\nBo Lee,E17 4PP,1", {2: {"several"}}),
        ("No.,Name,Postcode\n1,Ann Lee,E17 4PP\n2,Bo Lee,E17 4PP", {}),
    ],
)
def test_what_is_marked_or_stands_for_several_is_asked_about(
    table: str, doubts: dict[int, set[str]]
) -> None:
    report, people = understand(table.encode(), None)
    assert report.question == ""
    assert {one.row: set(one.doubts) for one in people if one.doubts} == doubts


ABROAD = b"Name,Postcode,Town\nAnn Lee,D02 X285,Dublin\nBob Lee,,Leeds\nCyd Lee,E17 4PP,London\n"


@for_each(
    "needs_postcode, only_uk, doubts",
    [
        (True, True, ["other_postcode", "no_postcode", ""]),
        (True, False, ["", "no_postcode", ""]),
        (False, True, ["other_postcode", "", ""]),
        (False, False, ["", "", ""]),
    ],
)
def test_who_may_sign_decides_about_postcodes_of_other_countries(
    needs_postcode: bool, only_uk: bool, doubts: list[str]
) -> None:
    _, people = understand(ABROAD, None, needs_postcode=needs_postcode, only_uk=only_uk)
    assert [" ".join(one.doubts) for one in people] == doubts


def test_a_hundred_thousand_people_fit_and_one_more_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    most = cases(short=2_000, full=MOST_ROWS)
    monkeypatch.setattr(check_table, "MOST_ROWS", most)
    people = "".join(f"Ann Lee{letters(n)}\n" for n in range(most))
    _, found = understand(f"Save our library!\n\nName\n{people}Total: {most}\n".encode(), None)
    assert len(found) == most
    with pytest.raises(NoTable) as refused:
        understand(f"Name\n{people}One More\n".encode(), None)
    assert refused.value.reason == "too_many_rows"


def letters(number: int) -> str:
    """A number as letters."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"PK\x03\x04" + b"\x00" * 100, "no_spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old_excel"),
        (b"\x1f\x8b" + b"x" * 100, "not_text"),
        (b"a\x00b,\x00\x00\n" * 3, "not_text"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"a\n" * 103_000, "too_many_rows"),
        (b"a," * 5_000, "too_wide"),
    ],
)
def test_what_is_no_table_is_refused_and_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(NoTable) as refused:
        read(content)
    assert refused.value.reason == reason


@settings(max_examples=cases(short=10, full=50))
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        report, people = understand(content, None)
    except NoTable:
        return
    left = sum(group.count for group in report.left.values())
    assert people or left or report.question


def test_formulas_are_text() -> None:
    report, people = understand(b"name,postcode\n'=cmd|x,SW1A 1AA\n=1+1,\n", None)
    assert [one.row for one in people] == [2]
    assert report.left["blank"].rows == [3]


async def test_doubles_are_found_and_only_a_number_is_kept(database: Database) -> None:
    petition = await petitions.published(database, "unit", NOW)
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        answers = {"name": "Ada Lovelace", "postcode": "SW1A 1AA"}
        shown, choices = petition.shown("en"), sign.Choices()
        await sign.sign(
            db, petition, ada, answers, choices=choices, shown=shown, language="en", now=NOW
        )
    content = (
        b"name,postcode,email\nada LOVELACE,sw1a1aa,\nMary,E17 4PP,m@example.org\nmary,E17 4PP,\n"
        b"Another,CF10 3NQ,M@example.org\nAda Lovelace,E17 4PP,\nAda Lovelace,,a@example.org\n"
    )
    report, people = understand(content, None)
    async with database.transaction() as db:
        report = await check(db, petition.id, digest(content, {}), report, people)
        assert (report.rows, report.certain) == (6, 3)
        assert report.left["signed"].rows == [2]
        assert {why: group.rows for why, group in report.doubts.items()} == {
            "no_postcode": [7],
            "repeated": [4, 7],
            "maybe_signed": [7],
        }
        asked = await looked(db, petition.id, report.to_dict())
        with pytest.raises(NotCountable):
            await import_table.count(db, asked, counted_by=None, now=NOW)
        answers = {"no_postcode": "count", "repeated": "leave", "maybe_signed": "leave"}
        assert report.total({**answers, "repeated": "count"}) == 4
        table = await looked(db, petition.id, report.to_dict(), answers)
        with pytest.raises(NotCountable):
            await import_table.count(db, table, 4, counted_by=None, now=NOW)
        totals = await import_table.count(db, table, counted_by=None, now=NOW)
        assert totals.offline == 3
        kept = await paper_imports.of(db, table.id)
        assert kept is not None
        with pytest.raises(NotCountable):
            await import_table.count(db, kept, counted_by=None, now=NOW)
        again = await looked(db, petition.id, report.to_dict(), answers)
        with pytest.raises(NotCountable):
            await import_table.count(db, again, counted_by=None, now=NOW)
        (entry,) = await paper_entries.newest(db, petition.id, 10)
        assert (entry.id, entry.note) == (kept.entry_id, "sheets.csv")
        await entries.undo(db, entry, undone_by=None, now=NOW)
        with pytest.raises(entries.UndoneAlready):
            await entries.undo(db, entry, undone_by=None, now=NOW)
        assert (await campaigns.totals(db, petition.id)).offline == 0
        assert await campaigns.totals(db, petition.id) == await campaigns.recount(db, petition.id)
        undone = await paper_imports.of(db, table.id)
        assert undone is not None
        assert undone.status == "undone"
        assert await paper_entries.by_source(db, petition.id) == []
        await import_table.count(db, again, counted_by=None, now=NOW)


async def looked(
    db: object, campaign_id: int, report: dict[str, object], answers: dict[str, str] | None = None
) -> paper_imports.Import:
    table = await paper_imports.add(
        db,  # type: ignore[arg-type]
        campaign_id=campaign_id,
        requested_by=None,
        file_id=None,
        file_name="sheets.csv",
        now=NOW,
        report=report,
        answers=answers,
        sha256="ab" * 32,
    )
    await paper_imports.move(db, table.id, ("queued",), "looked")  # type: ignore[arg-type]
    found = await paper_imports.of(db, table.id)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2009-11-24", date(2009, 11, 24)),
        ("24/11", date(2009, 11, 24)),
        ("24.11.09", date(2009, 11, 24)),
        ("24 November", date(2009, 11, 24)),
        ("1st dec", date(2008, 12, 1)),
        ("24 Tachwedd 2009", date(2009, 11, 24)),
        ("Yesterday", date(2009, 11, 25)),
        ("ddoe", date(2009, 11, 25)),
        ("today", date(2009, 11, 26)),
        ("last Saturday", date(2009, 11, 21)),
        ("dydd Sadwrn diwethaf", date(2009, 11, 21)),
        ("2 days ago", date(2009, 11, 24)),
    ],
)
def test_a_day_is_understood_as_one_that_has_been(text: str, meant: date) -> None:
    assert day(text, today=TODAY, language="cy") == meant


@for_each(
    "text",
    [
        *("Nov 21", "November 21st", "21-11-2009", "Sat 21 Nov", "Saturday 21 November 2009"),
        *("saturday morning", "dydd Sadwrn 21 Tachwedd", "Sad", "21 Tach 2009"),
    ],
)
def test_saturday_is_understood_however_it_is_said(text: str) -> None:
    assert day(text, today=date(2009, 11, 26), language="cy") == date(2009, 11, 21)


@for_each("text", ["tues", "Tue", "two days ago", "a day ago!"])
def test_short_days_are_understood_too(text: str) -> None:
    meant = date(2009, 11, 25 if "a day" in text else 24)
    assert day(text, today=date(2009, 11, 26), language="en") == meant


@pytest.mark.parametrize(
    "text",
    [
        "Sunday 21 November",
        "m",
        "t",
        "",
        "soon",
        "27/11/2009",
        "31/2",
        "1/1/1850",
        "24 Nemo",
        "99/99",
    ],
)
def test_what_is_no_day_that_has_been_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is not shown
        day(text, today=TODAY, language="en")
