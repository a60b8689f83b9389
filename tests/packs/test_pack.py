"""Promises of a pack's files: every name prints, nothing runs as a formula, and changes show."""

import csv
import io
import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from packs import pdf
from packs.build import make
from packs.cells import defused, restored
from packs.facts import OUT, Facts, rows
from packs.glyphs import unprintable
from packs.manifest import sha256
from packs.merkle import leads_to, path
from packs.pdf import Findings
from packs.rows import REDACTED, initials, leaf_of
from packs.tables import CsvParts, XlsxParts
from packs.verify import verify
from tests.amount import cases
from tests.packs.jobs import KEY, job

SCRIPTS = {
    "Welsh": "Gwenllïan Môn Ŵyn",
    "Polish": "Zażółć Gęślą-Jaźń",
    "Greek": "Αλέξανδρος Παπαδόπουλος",
    "Cyrillic": "Ольга Шевченко",
    "Arabic": "محمد عبد الرحمن",
    "Hebrew": "דוד בן־גוריון",
    "Chinese": "王小明",
    "Devanagari": "अमृता क्षत्रिय",
    "Vietnamese": "Nguyễn Ánh",
}
ODD = "𒀀𒁀 Enheduanna"
LONG = (
    "Adolph Blaine Charles David Earl Frederick Gerald Hubert Irvin John Kenneth Lloyd Martin Nero"
)
FORMULAS = ["=HYPERLINK(1)", "+44", "-2+3", "@SUM(A1)", "'=twice", "\tTab", "O’Brien", "'quoted'"]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack with every script, a letter without a font, and formulas for names."""
    folder = tmp_path_factory.mktemp("pack") / "job"
    people = [(name, "SW1A 1AA") for name in [*SCRIPTS.values(), ODD, LONG]]
    formulas = [(name, "E17 4PP") for name in FORMULAS]
    make(job(folder, {"cy-1": people[:4], "en-2": people[4:] + formulas}, paper=7), lambda *_: None)
    return folder / OUT


@pytest.fixture
def copied(pack: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack, tmp_path / "copied"))


@pytest.fixture(scope="module")
def pages(pack: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(pack / "keep-the-unit-petition.pdf").pages]


def of_csv(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


def drawn(text: str) -> set[str]:
    """The letters of a text, however they are ordered: from right to left reading is turned."""
    return {letter for letter in text if letter.isalpha()}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_in_any_script_can_be_read_from_the_print(pages: list[str], script: str) -> None:
    name = SCRIPTS[script]
    assert unprintable(name) == []
    text = "".join(pages)
    if script in ("Arabic", "Hebrew", "Devanagari"):
        assert drawn(name) <= drawn(text)
    else:
        assert name in unicodedata.normalize("NFC", text.replace("\n", " "))


def test_every_page_says_what_is_asked_and_which_of_how_many_it_is(pages: list[str]) -> None:
    assert len(pages) >= 5
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Keep the unit open" in page
        assert "Keep the trafficking unit, and pay for it." in page


def test_signatures_are_grouped_by_the_text_they_stand_under(pages: list[str]) -> None:
    welsh, english = (
        next(page for page in pages if f"Signed under {label}" in page)
        for label in ("cy-1", "en-2")
    )
    assert SCRIPTS["Welsh"] in welsh
    assert SCRIPTS["Chinese"] in english
    statements = next(page for page in pages if "statement" in page)
    assert "Keep the unit open (cy-1)." in statements
    assert "Keep the unit open (en-2)." in statements


def test_a_letter_that_no_font_has_is_told_of_and_whole_in_the_table(
    pack: Path, pages: list[str]
) -> None:
    assert "U+12000 CUNEIFORM SIGN A" in pages[-1]
    assert "odd_why" in pages[-1]
    assert ODD in (pack / "keep-the-unit-signatures.csv").read_text("utf-8-sig")


def test_a_name_too_long_for_a_line_is_there_to_its_end(pages: list[str]) -> None:
    assert LONG in " ".join("\n".join(pages).split())


def test_no_name_is_a_formula_and_none_is_changed_for_good(pack: Path) -> None:
    heading, *lines = of_csv(pack / "keep-the-unit-signatures.csv")
    assert heading[:3] == ["number", "receipt", "name"]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for line in lines for cell in line)
    assert [restored(line[2]) for line in lines[-len(FORMULAS) :]] == FORMULAS
    raw = (pack / "keep-the-unit-signatures.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(lines) + 1
    sheet = openpyxl.load_workbook(pack / "keep-the-unit-signatures.xlsx").active
    assert sheet is not None
    found: list[Any] = list(sheet.iter_rows(min_row=2))
    assert [row[2].value for row in found[-len(FORMULAS) :]] == FORMULAS
    assert {row[2].data_type for row in found} == {"s"}


@settings(max_examples=cases(short=10, full=50))
@given(st.text())
def test_a_cell_is_restored_as_it_was(value: str) -> None:
    cell = defused(value)
    assert restored(cell) == value
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_the_summary_adds_up(pack: Path) -> None:
    says = json.loads((pack / "keep-the-unit-summary.json").read_text("utf-8"))
    signed = len(SCRIPTS) + 2 + len(FORMULAS)
    assert says["by_source"] == {"online": signed, "paper": 7}
    assert says["total"] == signed + 7
    assert sum(text["signatures"] for text in says["by_text"]) == signed
    assert {one["area"]: one["signatures"] for one in says["by_area"]} == {
        "SW": len(SCRIPTS) + 2,
        "E": len(FORMULAS),
    }


def test_an_untouched_pack_is_found_as_it_was_made(pack: Path) -> None:
    found = verify(pack)
    assert found.wrong == []
    manifest = json.loads((pack / "manifest.json").read_text("utf-8"))
    assert found.root == manifest["merkle_root"]


def test_a_name_changed_by_somebody_who_mends_the_hashes_too_is_found(copied: Path) -> None:
    table, manifest = copied / "keep-the-unit-signatures.csv", copied / "manifest.json"
    table.write_bytes(table.read_bytes().replace("王小明".encode(), "王大明".encode()))
    assert any("has been changed" in one for one in verify(copied).wrong)
    says = json.loads(manifest.read_text("utf-8"))
    says["files"][table.name] = sha256(table)
    manifest.write_text(json.dumps(says, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert "Signatures that are not as they were: no. 7." in verify(copied).wrong


@pytest.mark.parametrize("which", ["signatures.csv", "leaves.csv", "petition.pdf", "summary.json"])
def test_a_missing_or_added_or_cut_file_is_found(copied: Path, which: str) -> None:
    file = copied / f"keep-the-unit-{which}"
    content = file.read_bytes()
    file.write_bytes(content[:-20])
    assert f"{file.name} has been changed." in verify(copied).wrong
    file.unlink()
    assert f"{file.name} is missing." in verify(copied).wrong
    file.write_bytes(content)
    assert verify(copied).wrong == []
    (copied / "more.csv").write_text("1")
    assert verify(copied).wrong == ["more.csv is not of this pack."]


@pytest.mark.parametrize("says", [None, "", "[]", "{", '{"format": "clamour hand-in 1"}'])
def test_a_folder_that_is_no_pack_is_said_to_be_none(tmp_path: Path, says: str | None) -> None:
    if says is not None:
        (tmp_path / "manifest.json").write_text(says)
    assert "is this a pack" in verify(tmp_path).wrong[0]
    assert "is this a pack" in verify(tmp_path / "gone").wrong[0]


def test_a_redacted_pack_has_nobodys_name_and_no_salt(tmp_path: Path) -> None:
    people = [("Ada Lovelace", "SW1A 1AA"), ("अमृता क्षत्रिय", "CF10 3NQ")]
    folder = job(tmp_path / "job", {"en-1": people}, profile=REDACTED)
    make(folder, lambda *_: None)
    out = folder / OUT
    lines = of_csv(out / "keep-the-unit-signatures.csv")[1:]
    assert [line[2:4] for line in lines] == [["A. L.", "SW1A"], ["अ. क्ष.", "CF10"]] or [
        line[2:4] for line in lines
    ] == [["A. L.", "SW1A"], ["अ. क्.", "CF10"]]
    assert of_csv(out / "keep-the-unit-leaves.csv")[0] == ["number", "leaf"]
    text = "".join(
        page.extract_text() for page in PdfReader(out / "keep-the-unit-petition.pdf").pages
    )
    for name, postcode in people:
        assert name not in text
        assert postcode not in text
        assert all(name.encode() not in file.read_bytes() for file in out.glob("*.csv"))
    assert '"area": null' in (out / "keep-the-unit-summary.json").read_text(), "two are too few"
    assert verify(out).wrong == []


def test_a_leaf_of_the_pack_is_proved_by_its_path(pack: Path) -> None:
    lines = of_csv(pack / "keep-the-unit-leaves.csv")[1:]
    hashes = [bytes.fromhex(leaf) for _, leaf, _ in lines]
    root = json.loads((pack / "manifest.json").read_text("utf-8"))["merkle_root"]
    facts = Facts.read(pack.parent)
    for row in rows(pack.parent, facts):
        place = row.number - 1
        leaf = leaf_of(row, bytes.fromhex(KEY))
        found = leads_to(leaf, place, len(hashes), path(hashes, place))
        assert found is not None
        assert found.hex() == root


def test_an_empty_pack_can_be_made(tmp_path: Path) -> None:
    folder = job(tmp_path / "job", {}, growth=[])
    make(folder, lambda *_: None)
    assert verify(folder / OUT).wrong == []


def test_neither_gaps_nor_monstrous_names_move_a_line_or_add_a_page(tmp_path: Path) -> None:
    monsters = [
        *("W" * 100, "\u0bcb" * 50 + "க" * 50, "﷽" * 100, "e" + "\u0301" * 99, "ཀྵ" * 30),
        *("word " * 20, "王" * 100, "👨‍👩‍👧‍👦" * 14, "\u202eabc\u202c", "-" * 99 + "x"),
    ]
    people = [(name, "SW1A 1AA" if place % 3 else "") for place, name in enumerate(monsters * 8)]
    folder = job(tmp_path / "job", {"en-1": [*people, ("Ada Lovelace", "E17 4PP")]})
    make(folder, lambda *_: None)
    pages = PdfReader(folder / OUT / "keep-the-unit-petition.pdf").pages
    last = next(page for page in pages if "Ada Lovelace" in page.extract_text())
    heights: dict[str, float] = {}

    def note(text: str, _: object, matrix: list[float], *__: object) -> None:
        heights[text.strip()] = round(matrix[5], 1)

    last.extract_text(visitor_text=note)
    assert heights["81"] == heights["Ada Lovelace"] == heights["E17 4PP"]


def test_large_tables_and_prints_come_in_parts_named_by_their_numbers(tmp_path: Path) -> None:
    table = CsvParts(tmp_path, "t", ["number"], most_bytes=5_000)
    book = XlsxParts(tmp_path, "b", ["number"], most_rows=1500)
    for number in range(1, 3001):
        table.write(number, [str(number)])
        book.write(number, [str(number)])
    parts = [file.name for file in table.finish()]
    assert [file.name for file in book.finish()] == [
        "b-0000001-0001500.xlsx",
        "b-0001501-0003000.xlsx",
    ]
    numbers = [line[0] for part in parts for line in of_csv(tmp_path / part)[1:]]
    assert numbers == [str(number) for number in range(1, 3001)]
    assert len(parts) > 1
    people = [("Ada Lovelace", "SW1A 1AA")] * 100
    folder = job(tmp_path / "job", {"en-1": people, "en-2": people[:30]})
    facts, target = Facts.read(folder), tmp_path / "print.pdf"
    made = pdf.make(
        facts, rows(folder, facts), Findings(), "", tmp_path / "w", target, lambda *_: None, 1
    )
    assert [file.name for file in made] == [
        "print-0000001-0000100.pdf",
        "print-0000101-0000130.pdf",
    ]
    count = 0
    for file in made:
        for page in PdfReader(file).pages:
            count += 1
            assert f"Page {count} of 6" in page.extract_text()


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ada Lovelace", "A. L."), ("Siân ap Rhys", "S. a. R."), ("王小明", "王."), ("", "")],
)
def test_initials_are_the_first_letter_of_each_word(name: str, shown: str) -> None:
    assert initials(name) == shown
