"""Spreadsheets as people make them, each with the number of signatures that are truly in it."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import xlsxwriter

FIRST = (
    *(
        "Ann",
        "Bob",
        "Cyd",
        "Dee",
        "Siân",
        "Zoë",
        "François",
        "José",
        "Łukasz",
        "Mary-Kate",
        "Mehmet",
    ),
    *("Ольга", "Nguyễn", "Olwen", "Pàdraig", "Seán", "Ngozi", "Fatima", "Wei", "Jürgen", "Anaïs"),
)
LAST = (
    *("Lee", "O'Brien", "Müller", "Smith-Jones", "Ap Rhys", "Lefèvre", "van der Berg", "Ó Briain"),
    *("Kowalska", "Yılmaz", "Peña", "Hopper", "Lovelace", "Davies", "Patel", "Okafor", "Ŵyn"),
)
POSTCODES = ("E17 4PP", "SW1A 1AA", "CF10 3NQ", "LL57 2DG", "M1 1AE", "G1 1XQ", "e174pp", "SW1A1AA")
ELSEWHERE = ("D02 X285", "T12 W8KP", "75011", "GX11 1AA", "10115", "E17")
NOWHERE = ("", "N/A", "n/a", "-", "none", "?", "No fixed address")
NAME_HEADINGS = (
    *("Name", "Full name", "Name (block capitals)", "NAME", "Your name", "Print name", "Enw"),
    *("Name of signatory", "Enw / Name", "Nom complet", "Signed by", "Names", "Name *", "Naam"),
    *("PRINT NAME (capitals please)", "Name of person signing", "Enw llawn", "Name (please print)"),
    *("1. Name", "Name:", "Nome e cognome", "Surname, first name", "Supporter’s name", "Enwau"),
)
PAIRS = (
    *(("Forenames", "Surname"), ("First name", "Name"), ("First Name(s)", "Last Name(s)")),
    *(("Forename", "Family name"), ("Prénom", "Nom"), ("Vorname", "Nachname"), ("Vorname", "Name")),
    *(("FirstName", "LastName"), ("first_name", "last_name"), ("Enw cyntaf", "Cyfenw")),
    *(
        ("Given Name", "Surname"),
        ("Nombre", "Apellidos"),
        ("Nome", "Cognome"),
        ("Imię", "Nazwisko"),
    ),
    *(("Initial(s)", "Surname"), ("Christian names", "Surname"), ("Voornaam", "Achternaam")),
)
POSTCODE_HEADINGS = (
    *("Postcode", "Post code", "POSTCODE", "Post Code:", "Cod post", "Postal code", "Côd Post"),
    *("Postcode (home)", "Home postcode", "Post-code", "Cod post / Postcode", "Address, postcode"),
)
TITLES = (
    *("Keep the Unit: petition", "Signatures collected in Brixton", "Sheet 3", "Petition 2009"),
    *("Cadwch ein llyfrgell: deiseb", "Sheet no. 4, collected on 3/11/2009", "PETITION"),
    *("Save our library!", "We, the undersigned, ask the council to keep the library open."),
)
TOTALS = (
    *(
        "Total: {}",
        "Total {}",
        "TOTAL",
        "Total signatures: {}",
        "Cyfanswm: {}",
        "Number of names: {}",
    ),
    *("Sum", "Grand total", "Subtotal: {}", "Total = {}", "Running total: {}", "Page total {}"),
    *("{} signatures", "{} names in all", "Total so far: {}", "Cyfanswm hyd yma: {}", "{} llofnod"),
    *("Carried forward: {}", "c/f {}", "No. of signatures: {}", "Total no. of names {}", "= {}"),
    *("TOTAL SIGNATURES THIS SHEET {}", "Nifer y llofnodion: {}", "Total (this page): {}"),
)
FOOTERS = (
    *("Collected by Ann Lee at the market", "Page 1 of 3", "Checked by Bob, 26 November"),
    *("Casglwyd gan Ann Lee", "Diolch i bawb!", "Tudalen 1 o 3", "END", "* also signed online"),
    *("Data protection: we keep names and postcodes only.", "Dychweler at Ann Lee, Stryd Fawr"),
    *("Thank you all!", "Please return to 12 High Street", "Printed from clamour.example"),
)
TOWNS = ("London", "Caerdydd", "Leeds", "Dublin", "Walthamstow", "")
NOT_UNICODE = ("cp1252", "mac_roman", "cp850", "iso-8859-15", "cp1250")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", *NOT_UNICODE)
EXTRAS = {
    "date": ("Date", 0.3),
    "town": ("Town", 0.3),
    "email": ("E-mail", 0.3),
    "signature": ("Signature", 0.15),
    "consent": ("Updates? (Y/N)", 0.15),
    "comment": ("Comments", 0.1),
    "phone": ("Phone no.", 0.1),
    "title": ("Mr/Mrs/Ms", 0.1),
    "address": ("Address", 0.1),
}
"""Columns that are not read for names: the heading, and how often there is one."""

COMMENTS = ("", "", "My mother was one.", "Keep it open!", "Signed for my sister, too", "none", "!")


CROSSED_OUT = ("crossed out", "VOID", "duplicate of row 3", "Deleted.", "annilys")
UNKNOWN = -1


@dataclass
class Made:
    """A file.

    Attributes:
        people: how many signatures are in it; UNKNOWN where only a person can say.
        what: what was put into it, to be named when something is wrong.
    """

    content: bytes
    people: int
    what: list[str] = field(default_factory=list)


@dataclass
class _Maker:
    chance: Random
    what: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    people: int = 0
    hidden: set[int] = field(default_factory=set)

    def maybe(self, share: float, what: str) -> bool:
        chosen = self.chance.random() < share
        if chosen:
            self.what.append(what)
        return chosen


def make(chance: Random) -> Made:
    """One file, by chance."""
    maker = _Maker(chance)
    pair = chance.choice(PAIRS) if maker.maybe(0.5, "two columns of names") else None
    has_postcode = not maker.maybe(0.15, "no postcodes")
    extra = [
        kind
        for kind, share in (
            ("number", 0.3),
            *((kind, share) for kind, (_, share) in EXTRAS.items()),
        )
        if maker.maybe(share, kind)
    ]
    heading = _heading(maker, pair, has_postcode, extra)
    headed = not maker.maybe(0.15, "no headings")
    if headed and maker.maybe(0.3, "title"):
        maker.rows.append([chance.choice(TITLES), *[""] * (len(heading) - 1)])
        if maker.maybe(0.5, "blank after the title"):
            maker.rows.append([""] * len(heading))
    if headed:
        maker.rows.append(heading)
    _people(maker, heading, pair, extra)
    _below(maker, heading)
    can_be_marked = headed and EXTRAS["comment"][0] in heading
    if can_be_marked and "somebody twice" not in maker.what and maker.maybe(0.2, "crossed out"):
        at = maker.rows.index(heading) + 1
        maker.rows[at][heading.index(EXTRAS["comment"][0])] = chance.choice(CROSSED_OUT)
        maker.people = UNKNOWN
    if maker.maybe(0.2, "columns at the end"):
        maker.rows = [[*row, "", ""] for row in maker.rows]
    if maker.maybe(0.03, "side by side") and headed:
        maker.rows = [[*row, *row] for row in maker.rows]
        maker.people = UNKNOWN
    save = chance.choice((_csv, _csv, _excel))
    return Made(save(maker), maker.people, maker.what)


def _below(maker: _Maker, heading: list[str]) -> None:
    """What stands below the people."""
    chance = maker.chance
    if maker.maybe(0.25, "total"):
        words = chance.choice(TOTALS).format(maker.people)
        row = [words, *[""] * (len(heading) - 1)]
        if not any(map(str.isdigit, words)) and len(row) > 1:
            row[chance.randrange(1, len(row))] = str(maker.people)
        maker.rows.append(row)
    if maker.maybe(0.2, "footer"):
        if maker.maybe(0.5, "blank before the footer"):
            maker.rows.append([""] * len(heading))
        maker.rows.append([chance.choice(FOOTERS), *[""] * (len(heading) - 1)])


def _heading(
    maker: _Maker, pair: tuple[str, str] | None, has_postcode: bool, extra: list[str]
) -> list[str]:
    names = list(pair) if pair else [maker.chance.choice(NAME_HEADINGS)]
    if pair and maker.maybe(0.3, "surname first"):
        names.reverse()
    columns = [*names, *([maker.chance.choice(POSTCODE_HEADINGS)] if has_postcode else [])]
    columns = [*(["No."] if "number" in extra else []), *columns]
    for kind, (words, _) in EXTRAS.items():
        if kind in extra:
            columns.insert(maker.chance.randrange(len(names), len(columns) + 1), words)
    return columns


def _people(
    maker: _Maker, heading: list[str], pair: tuple[str, str] | None, extra: list[str]
) -> None:
    chance = maker.chance
    made = [
        _person(maker, heading, pair, name, where, number)
        for number, (name, where) in enumerate(_signers(maker), start=1)
    ]
    maker.people = len(made)
    if maker.maybe(0.1, "somebody twice"):
        twice = list(chance.choice(made))
        if heading[0] == "No.":
            twice[0] = str(len(made) + 1)
        made.insert(chance.randrange(len(made)), twice)
    for row in made:
        maker.rows.append(row)
        if maker.maybe(0.03, "blank row"):
            maker.rows.append([""] * len(heading))
        if maker.maybe(0.02, "headings again"):
            maker.rows.append(list(heading))
        if maker.maybe(0.02, "hidden"):
            maker.hidden.add(len(maker.rows) - 1)
    if "number" in extra and maker.maybe(0.3, "numbers of nobody"):
        for number in range(chance.randrange(1, 5)):
            maker.rows.append([str(len(made) + 1 + number), *[""] * (len(heading) - 1)])


def _signers(maker: _Maker) -> list[tuple[tuple[str, str], str]]:
    """Families and others, each with a name and where they live; no namesakes, who would be asked
    about in any case."""
    chance = maker.chance
    found: dict[tuple[str, str], str] = {}
    for _ in range(chance.choice((1, 2, 3, 5, 8, 13))):
        last, home = chance.choice(LAST), chance.choice(POSTCODES[:6])
        members = chance.choice((1, 1, 1, 2, 3))
        if members > 1:
            maker.what.append("family")
        for first in chance.sample(FIRST, members):
            where = home
            if maker.maybe(0.05, "elsewhere"):
                where = chance.choice(ELSEWHERE)
            elif maker.maybe(0.05, "nowhere"):
                where = chance.choice(NOWHERE)
            found.setdefault((first, last), where)
    return [
        ((f"{first[0]}." if maker.maybe(0.05, "initial") else first, last), where)
        for (first, last), where in found.items()
    ]


def _person(
    maker: _Maker,
    heading: list[str],
    pair: tuple[str, str] | None,
    name: tuple[str, str],
    where: str,
    number: int,
) -> list[str]:
    chance, (first, last) = maker.chance, name
    whole = f"{last}, {first}" if maker.maybe(0.03, "surname, comma") else f"{first} {last}"
    written = {
        "No.": f"{number}",
        "Town": chance.choice(TOWNS),
        "E-mail": "",
        "Signature": chance.choice(("", "x", "signed", f"{first[0]} {last}", whole)),
        "Updates? (Y/N)": chance.choice(("", "Y", "N", "yes", "No thanks", "✓")),
        "Comments": chance.choice(COMMENTS),
        "Phone no.": chance.choice(("", "020 7946 0958", "07700900123")),
        "Mr/Mrs/Ms": chance.choice(("", "Mr", "Ms", "Dr", "Cllr")),
        "Address": chance.choice(
            ("", "12 High Street", "Flat 4, 1 The Mews", f"1 Elm Road, {where}")
        ),
    }
    day = date(2009, 11, 1) + timedelta(days=chance.randrange(25))
    written["Date"] = chance.choice((f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day.day} November"))
    if chance.random() < 0.5:
        written["E-mail"] = f"{last[0].lower()}{chance.randrange(9)}@example.org"
    if pair:
        written |= {pair[0]: first, pair[1]: last}
    return [
        written.get(column, where if column in POSTCODE_HEADINGS else whole) for column in heading
    ]


def _csv(maker: _Maker) -> bytes:
    chance, text = maker.chance, io.StringIO()
    separator = chance.choice(",,;;\t|")
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    ends = chance.choice(("\n", "\r\n", "\r\n"))
    if maker.maybe(0.2, "sep="):
        text.write(f"sep={separator}{ends}")
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=ends).writerows(
        maker.rows
    )
    written = text.getvalue()
    if maker.maybe(0.05, "open quote"):
        lines = written.split(ends)
        at = chance.randrange(len(lines))
        lines[at] = '"' + lines[at].lstrip('"')
        written = ends.join(lines)
    encoding = chance.choice(ENCODINGS)
    maker.what.append(encoding)
    return written.encode(encoding, "ignore" if encoding in NOT_UNICODE else "strict")


def _excel(maker: _Maker) -> bytes:
    maker.what.append("xlsx")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Signatures")
        down, right = maker.chance.choice(((0, 0), (0, 0), (2, 1)))
        for number, row in enumerate(maker.rows, start=down):
            for column, cell in enumerate(row, start=right):
                _write(sheet, maker.chance, number, column, cell)
            if number - down in maker.hidden:
                sheet.set_row(number, None, None, {"hidden": True})
        if maker.maybe(0.1, "two sheets"):
            book.add_worksheet("Sunday").write_row(0, 0, ["Name", "Ann Lee"])
        elif maker.maybe(0.2, "empty sheets"):
            book.add_worksheet("Sheet2")
    return file.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, chance: Random, row: int, column: int, cell: str
) -> None:
    writes: list[Callable[..., object]] = [sheet.write_string]
    if cell.isdecimal():
        writes.append(lambda at, across, value: sheet.write_number(at, across, int(value)))
    if cell and chance.random() < 0.05:
        writes = [lambda at, across, value: sheet.write_formula(at, across, '="x"', None, value)]
    if cell:
        chance.choice(writes)(row, column, cell)
