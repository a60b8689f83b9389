"""Promises of a pack's seal: it covers every file and figure, and no file can vouch for itself."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from packs.build import make
from packs.facts import OUT
from packs.rows import REDACTED
from packs.verify import NoSeal, verify
from tests.packs.jobs import job

SLUG = "keep-the-unit"
PEOPLE = [("Ada Lovelace", "SW1A 1AA"), ("Mary Somerville", "E17 4PP")]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("redacted") / "job"
    make(job(folder, {"en-1": PEOPLE}, paper=7, profile=REDACTED), lambda *_: None)
    return folder / OUT


@pytest.fixture
def copied(pack: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pack, tmp_path / "copied"))


def rehashed(folder: Path, **more: Any) -> None:
    """What somebody does who wants a changed pack to fit together; the true seal is on paper."""
    (folder / f"{SLUG}-seal.txt").unlink(missing_ok=True)
    file = folder / "manifest.json"
    says = json.loads(file.read_text("utf-8")) | more
    for name in says["files"]:
        says["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    file.write_text(json.dumps(says, ensure_ascii=False, indent=2) + "\n", "utf-8")


def total(folder: Path) -> None:
    summary = folder / f"{SLUG}-summary.json"
    says = json.loads(summary.read_text("utf-8"))
    says["total"], says["by_source"]["paper"] = 9_002, 9_000
    summary.write_text(json.dumps(says), "utf-8")
    rehashed(folder, paper=9_000, total=9_002)


def appended(which: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / f"{SLUG}-{which}"
        file.write_bytes(file.read_bytes() + b"\n")
        rehashed(folder)

    return change


def initials(folder: Path) -> None:
    table = folder / f"{SLUG}-signatures.csv"
    table.write_bytes(table.read_bytes().replace(b"A. L.", b"X. Y."))
    rehashed(folder)


CHANGES = {
    "total": total,
    "pdf": appended("petition.pdf"),
    "letter": appended("covering-letter.pdf"),
    "xlsx": appended("signatures.xlsx"),
    "redacted table": initials,
    "date": lambda folder: rehashed(folder, made_at="2008-01-01T09:30:00+00:00"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_fits_together_after_a_change_does_not_fit_the_seal(
    pack: Path, copied: Path, change: Callable[[Path], None]
) -> None:
    seal = verify(pack).seal
    assert verify(copied).covered_by(seal) == "everything"
    change(copied)
    found = verify(copied)
    assert found.wrong == [], "the attacker has made it fit"
    assert found.covered_by(seal) == "nothing"


def test_the_seal_is_one_that_any_tool_computes_and_its_page_tells(pack: Path) -> None:
    found = verify(pack)
    assert found.seal == hashlib.sha256((pack / "manifest.json").read_bytes()).hexdigest()
    page = (pack / f"{SLUG}-seal.txt").read_text("ascii")
    assert "".join(page.split()) == SLUG + found.seal
    (letter,) = PdfReader(pack / f"{SLUG}-covering-letter.pdf").pages
    assert found.seal not in "".join(letter.extract_text().split())


@pytest.mark.parametrize(
    "change", [lambda was: was + b"9,000 people", lambda was: was[:-2], lambda was: b"0" * 90]
)
def test_the_page_with_the_seal_says_nothing_else(
    copied: Path, change: Callable[[bytes], bytes]
) -> None:
    page = copied / f"{SLUG}-seal.txt"
    page.write_bytes(change(page.read_bytes()))
    assert verify(copied).wrong == [f"{page.name} tells another seal than these files have."]
    page.unlink()
    assert verify(copied).wrong == [], "it may be kept elsewhere"


def test_a_letter_of_an_earlier_release_is_said_not_to_be_covered(copied: Path) -> None:
    letter = f"{SLUG}-covering-letter.pdf"
    file = copied / "manifest.json"
    says = json.loads(file.read_text("utf-8"))
    del says["files"][letter]
    file.write_text(json.dumps(says, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (copied / f"{SLUG}-seal.txt").unlink()
    found = verify(copied)
    assert (found.wrong, found.letter) == ([], letter)


def test_a_seal_is_taken_as_people_type_it(pack: Path) -> None:
    found = verify(pack)
    groups = " ".join(found.seal[at : at + 8] for at in range(0, 64, 8)).upper()
    assert found.covered_by(f" {groups}\n") == "everything"
    assert found.covered_by("0" * 64) == "nothing"
    assert found.covered_by(found.root) == "signatures"
    for typed in ("", "seal", found.seal[:-1], found.seal + "0", "g" * 64):
        with pytest.raises(NoSeal):
            found.covered_by(typed)


def test_sums_that_differ_are_found_without_the_seal(copied: Path) -> None:
    rehashed(copied, paper=8)
    assert verify(copied).wrong == [f"{SLUG}-summary.json and manifest.json tell different sums."]


MANIFESTS = {
    "trailing data": lambda was: was.encode() + b"\n{}",
    "a second value": lambda was: was.replace('"paper"', '"paper": 9000,\n  "paper"').encode(),
    "another encoding": lambda was: was.encode("utf-16"),
    "a mark before it": lambda was: was.encode("utf-8-sig"),
    "other spaces": lambda was: was.replace("\n", "\r\n").encode(),
    "a huge number": lambda was: was.replace('"paper": 7', f'"paper": {"7" * 5_000}').encode(),
    "a figure that is none": lambda was: was.replace('"paper": 7', '"paper": true').encode(),
    "no figure": lambda was: was.replace('"paper": 7', '"paper": NaN').encode(),
    "a deep one": lambda was: b"[" * 100_000,
    "a way out": lambda was: was.replace(f"{SLUG}-leaves.csv", "../leaves.csv").encode(),
    "an absolute name": lambda was: was.replace(f"{SLUG}-leaves.csv", "/etc/passwd").encode(),
    "a way out by the campaign": lambda was: was.replace(f'"{SLUG}"', '"../unit"').encode(),
}


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_with_two_meanings_is_refused(
    copied: Path, change: Callable[[str], bytes]
) -> None:
    file = copied / "manifest.json"
    was = file.read_text("utf-8")
    assert change(was) != was.encode()
    file.write_bytes(change(was))
    (wrong,) = verify(copied).wrong
    assert "cannot be read" in wrong


def test_links_folders_pipes_and_strange_names_are_not_of_the_pack(
    copied: Path, tmp_path: Path
) -> None:
    leaves = copied / f"{SLUG}-leaves.csv"
    leaves.rename(tmp_path / "elsewhere.csv")
    leaves.symlink_to(tmp_path / "elsewhere.csv")
    (copied / "more").mkdir()
    os.mkfifo(copied / "pipe.csv")
    (copied / f"{SLUG}-SUMMARY.json").write_text("{}")
    (copied / "x\x1b[2J\u202evsc.pdf").write_text("")
    wrong = verify(copied).wrong
    assert f"{leaves.name} is missing." in wrong
    for name in (leaves.name, "more", "pipe.csv"):
        assert f"{name} is a link or a folder: a pack has none." in wrong
    assert f"{SLUG}-SUMMARY.json is not of this pack." in wrong
    assert not any("\x1b" in one or "\u202e" in one for one in wrong)


def test_a_manifest_that_is_a_link_is_not_followed(copied: Path, tmp_path: Path) -> None:
    (copied / "manifest.json").rename(tmp_path / "manifest.json")
    (copied / "manifest.json").symlink_to(tmp_path / "manifest.json")
    assert "cannot be read" in verify(copied).wrong[0]


def test_a_pack_of_the_first_format_is_sealed_by_the_checksum_that_the_chat_told(
    copied: Path,
) -> None:
    file = copied / "manifest.json"
    says = json.loads(file.read_text("utf-8")) | {"format": "clamour hand-in 1"}
    del says["paper"], says["total"], says["files"][f"{SLUG}-covering-letter.pdf"]
    (copied / f"{SLUG}-seal.txt").unlink()
    (copied / f"{SLUG}-covering-letter.pdf").unlink()
    file.write_text(json.dumps(says, ensure_ascii=False, indent=2) + "\n", "utf-8")
    found = verify(copied)
    assert found.wrong == []
    assert found.covered_by(hashlib.sha256(file.read_bytes()).hexdigest()) == "everything"
    assert found.covered_by(says["merkle_root"]) == "signatures", "what its cover calls the seal"
