"""Promises about tables of paper signatures: any program's CSV is read, and no row is kept."""

import codecs
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.paper import entries, import_table
from campaign.paper.check_table import check, understand
from campaign.paper.days import day
from campaign.paper.import_table import NotCountable
from campaign.paper.read_table import MOST_BYTES, NoTable, read
from campaign.signing import sign
from storage import campaigns, paper_entries, paper_imports
from storage.database import Database
from tests.amount import cases
from tests.campaign import petitions

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
    assert report.problem_count == 0


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
        assert (report.good, people) == (0, [])


def test_a_table_without_headings_keeps_its_first_line_and_nobodys_name() -> None:
    report, people = understand(b"Ada Lovelace,SW1A 1AA\nMary Somerville,E17 4PP\n", None)
    assert len(people) == 2
    assert report.headings == ["", ""]
    assert "Ada" not in str(report.to_dict())


def test_what_is_wrong_is_named_by_line() -> None:
    table = (
        b"name,postcode\nAda,SW1A 1AA\n,E17 4PP\nBob,nowhere\n\n123,E17 4PP\nhttp://x.example,\n"
    )
    report, people = understand(table, None)
    assert len(people) == 1
    assert report.problems == [
        (3, "name", "empty"),
        (4, "postcode", "malformed"),
        (6, "name", "no_letters"),
        (7, "name", "link"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"PK\x03\x04" + b"\x00" * 100, "not_text"),
        (b"\x1f\x8b" + b"x" * 100, "not_text"),
        (b"a\x00b,\x00\x00\n" * 3, "not_text"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"a\n" * 100_002, "too_many_rows"),
        (b"," * 5_000, "too_wide"),
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
    assert report.rows == len(people) + report.problem_count or not people


def test_formulas_are_text() -> None:
    report, people = understand(b"name,postcode\n'=cmd|x,SW1A 1AA\n=1+1,\n", None)
    assert len(people) == 1
    assert report.problems == [(3, "name", "no_letters")]


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
        b"Another,CF10 3NQ,M@example.org\nAda Lovelace,E17 4PP,\n"
    )
    report, people = understand(content, None)
    async with database.transaction() as db:
        report = await check(db, petition.id, content, report, people)
        assert (report.rows, report.good) == (5, 2)
        assert (report.signed, report.twice) == ([2], [4, 5])
        table = await looked(db, petition.id, report.to_dict())
        totals = await import_table.count(db, table, counted_by=None, now=NOW)
        assert totals.offline == 2
        kept = await paper_imports.of(db, table.id)
        assert kept is not None
        with pytest.raises(NotCountable):
            await import_table.count(db, kept, counted_by=None, now=NOW)
        again = await looked(db, petition.id, report.to_dict())
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


async def looked(db: object, campaign_id: int, report: dict[str, object]) -> paper_imports.Import:
    table = await paper_imports.add(
        db,  # type: ignore[arg-type]
        campaign_id=campaign_id,
        requested_by=None,
        file_id=None,
        file_name="sheets.csv",
        now=NOW,
        report=report,
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
    ],
)
def test_a_day_is_understood_as_one_that_has_been(text: str, meant: date) -> None:
    assert day(text, today=TODAY, language="cy") == meant


@pytest.mark.parametrize("text", ["", "soon", "27/11/2009", "31/2", "1/1/1850", "24 Nemo", "99/99"])
def test_what_is_no_day_that_has_been_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is not shown
        day(text, today=TODAY, language="en")
