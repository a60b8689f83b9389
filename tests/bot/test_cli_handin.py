"""`clamour handin` and `clamour offline`: packs and paper from the terminal."""

import hashlib
from pathlib import Path

import pytest

from tests.bot.commandline import clamour, load_campaign, write_config

TABLE = "Full name;Postcode\nAda Lovelace;SW1A 1AA\nMary Somerville;E17 4PP\n;E17 4PP\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    load_campaign(tmp_path)
    (tmp_path / "sheets.csv").write_text(TABLE, "utf-8")
    return tmp_path


def say(folder: Path, *arguments: str, typed: str = "", code: int = 0) -> str:
    told = clamour(*arguments, folder=folder, typed=typed)
    assert told.returncode == code, told.stderr
    return told.stdout + told.stderr


def rehash(pack: Path, was: bytes, now: bytes) -> None:
    """Change the summary, and the manifest so that it fits."""
    summary, manifest = pack / "unit-summary.json", pack / "manifest.json"
    before = hashlib.sha256(summary.read_bytes()).hexdigest()
    summary.write_bytes(summary.read_bytes().replace(was, now))
    after = hashlib.sha256(summary.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text("utf-8").replace(before, after), "utf-8")


def test_a_pack_is_made_and_verified_and_a_change_is_found(folder: Path) -> None:
    made = say(folder, "handin", "unit", "--to", "pack", "--place", "City Hall")
    assert "0 signatures in the pack" in made
    names = {file.name for file in (folder / "pack").iterdir()}
    assert {"manifest.json", "unit-petition.pdf", "unit-signatures.xlsx"} <= names
    seal = made.partition("Seal: ")[2].split()[0]
    alone = say(folder, "handin", "verify", "pack", code=3)
    assert "as it was made" not in alone
    assert seal in alone
    sealed = say(folder, "handin", "verify", "pack", "--seal", seal)
    assert "as it was made" in sealed
    letter = folder / "pack" / "unit-covering-letter.pdf"
    whole = letter.read_bytes()
    letter.write_bytes(b"a million signatures")
    changed = say(folder, "handin", "verify", "pack", "--seal", seal, code=1)
    assert "unit-covering-letter.pdf has been changed" in changed
    letter.write_bytes(whole)
    assert "audit log" in say(folder, "handin", "verify", "pack", "--config", "config.toml")
    say(folder, "handin", "verify", "pack", "--seal", "none", code=2)
    (folder / "pack" / "unit-seal.txt").unlink()
    rehash(folder / "pack", b"City Hall", b"Town Hall")
    assert "not the ones" in say(folder, "handin", "verify", "pack", "--seal", seal, code=1)
    asked = say(folder, "handin", "verify", "pack", "--config", "config.toml", code=1)
    assert "knows of no pack" in asked
    rehash(folder / "pack", b"Town Hall", b"City Hall")
    summary = folder / "pack" / "unit-summary.json"
    summary.write_text(summary.read_text("utf-8").replace("City Hall", "Elsewhere"), "utf-8")
    told = say(folder, "handin", "verify", "pack", code=1)
    assert "unit-summary.json has been changed" in told
    assert "not as it was made" in told
    assert "is there already" in say(folder, "handin", "unit", "--to", "pack", code=1)
    assert "no open or closed campaign" in say(folder, "handin", "gone", code=2)


def test_a_table_is_shown_counted_once_listed_and_taken_back(folder: Path) -> None:
    command = ("offline", "import", "sheets.csv", "--campaign", "unit")
    looked = say(folder, *command, typed="n\nn\n")
    assert "name: column 1 Full name" in looked
    assert "no_name: no name that can be read: 1 (row 4)" in looked
    assert "2 of 3 rows can certainly be counted" in looked
    assert "Nothing was counted" in looked
    assert "Nothing has been added" in say(folder, "offline", "list", "--campaign", "unit")
    say(folder, *command, "--yes", code=1)
    assert "Nothing has been added" in say(folder, "offline", "list", "--campaign", "unit")
    decided = (*command, "--yes", "--leave", "no_name")
    assert "On paper now: 2" in say(folder, *decided, "--postcode", "2")
    assert "counted already" in say(folder, *decided, code=1)
    assert "sheets.csv" in say(folder, "offline", "list", "--campaign", "unit")
    assert "On paper now: 0" in say(folder, "offline", "undo", "1")
    assert "undone before" in say(folder, "offline", "undo", "1", code=1)
    assert "no column" in say(folder, *command, "--email", "Mail", code=2)
    (folder / "sheets.csv").write_bytes(b"PK\x03\x04")
    assert "can't be read as a table" in say(folder, *command, code=1)
