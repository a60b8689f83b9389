"""`clamour campaign load` shows what it would do and asks; `export` gives the same file back."""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.load_campaign import apply
from campaign import catalogue
from campaign.definition import publish_edits
from campaign.definition.campaign_file import load_definition
from campaign.definition.edits import Edit
from storage import campaigns
from storage.database import Database
from tests.bot.commandline import (
    CAMPAIGN,
    as_before,
    at_a_terminal,
    load_campaign,
    write_campaign,
    write_config,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
LOAD = ("campaign", "load", "campaign.toml")


def clamour(*arguments: str, folder: Path) -> Result:
    """Run `clamour …` in a folder, in this process: starting one takes longer than the work."""
    with as_before(), contextlib.chdir(folder):
        return CliRunner().invoke(app, arguments, env={"COLUMNS": "200", "NO_COLOR": "1"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration, and a campaign that is loaded."""
    write_config(tmp_path)
    load_campaign(tmp_path)
    return tmp_path


def rewrite(folder: Path, *changes: tuple[str, str]) -> None:
    text = CAMPAIGN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "campaign.toml").write_text(text, encoding="utf-8")


def listed(folder: Path) -> str:
    return clamour("campaign", "list", folder=folder).stdout


def edit_in_chat(folder: Path, title: str) -> None:
    """What an editor of the number 77 does in the chat."""

    async def work() -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
        try:
            async with database.transaction() as db:
                there = await campaigns.by_slug(db, "unit")
                assert there is not None
                petition = await catalogue.current(db, there.id)
                assert petition is not None
                before = {"en": {"title": petition.texts("en").title}}
                edit = Edit(there.id, there.version, "title", "change", 0, before)
                await publish_edits.put_live(
                    db,
                    petition,
                    edit.with_text("en", "title", title),
                    actor=77,
                    now=datetime(2009, 11, 26, 9, tzinfo=UTC),
                )
        finally:
            await database.close()

    asyncio.run(work())


def test_a_new_campaign_is_shown_and_needs_a_yes(tmp_path: Path) -> None:
    write_config(tmp_path)
    write_campaign(tmp_path)
    told = clamour(*LOAD, folder=tmp_path)
    assert told.exit_code == 1
    assert "A new campaign: “unit”, open" in told.stdout
    assert "Keep the unit" in told.stdout
    assert "there's nobody here to ask. Use --yes" in told.stderr
    assert not (tmp_path / "clamour.db").exists()


def test_each_change_is_shown_with_what_it_brings_and_a_dry_run_changes_nothing(
    folder: Path,
) -> None:
    rewrite(
        folder,
        ('status = "open"', 'status = "closed"'),
        ("goal = 2000", "goal = 3000"),
        ('"You may tell me how it goes."', '"You may tell me how it went."'),
        ('ask = "Keep the unit open."', 'ask = "Keep the whole unit open."'),
        (
            'share_text = "I have signed."',
            'share_text = "I have signed."\nreasons = ["[red]One[/]"]',
        ),
    )
    told = clamour(*LOAD, "--dry-run", folder=folder)
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[lines.index("status") + 1 :][:3] == [
        "  - open",
        "  + closed",
        "  → closes signing",
    ]
    assert lines[lines.index("goal") + 1 :][:2] == ["  - 2000", "  + 3000"]
    assert "  Keep the {+whole+} unit open." in lines
    assert "  You may tell me how it [-goes.-]{+went.+}" in lines
    assert any("→ asks again" in line for line in lines)
    assert any("→ a new version of the petition" in line for line in lines)
    assert lines[lines.index("text.en.reasons[1]") + 1] == "  + [red]One[/]"
    assert "2,000" in listed(folder)


@pytest.mark.parametrize(("answer", "code", "goal"), [("y", 0, "3,000"), ("n", 1, "2,000")])
def test_at_a_terminal_it_asks(folder: Path, answer: str, code: int, goal: str) -> None:
    rewrite(folder, ("goal = 2000", "goal = 3000"))
    ended, shown = at_a_terminal(*LOAD, folder=folder, answers=[("Make it so?", answer)])
    assert ended == code
    assert ("Nothing has been changed" in shown) is (answer == "n")
    assert goal in listed(folder)


def test_a_file_from_before_an_edit_in_the_chat_says_what_it_would_undo(folder: Path) -> None:
    edit_in_chat(folder, "Keep the good unit")
    told = clamour(*LOAD, "--dry-run", folder=folder).stdout
    assert "  Keep the [-good-] unit" in told
    assert "Edited in the chat since a file was loaded last: once" in told
    assert "last on 2009-11-26 09:00 UTC by 77" in told
    exported = clamour("campaign", "export", "unit", folder=folder).stdout
    edit_in_chat(folder, "Keep the very good unit")
    (folder / "campaign.toml").write_text(exported, encoding="utf-8")
    told = clamour(*LOAD, "--yes", folder=folder).stdout
    assert "Edited in the chat since this file was exported: once" in told
    assert "version 4" in told


def test_what_has_changed_since_it_was_shown_is_not_overwritten(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    definition = load_definition(folder / "campaign.toml")
    edit_in_chat(folder, "Keep the good unit")
    with contextlib.chdir(folder), pytest.raises(typer.Exit):
        asyncio.run(apply(Path("config.toml"), definition, over=1))
    assert "Somebody else has just changed" in capsys.readouterr().err
    told = clamour("campaign", "export", "unit", folder=folder).stdout
    assert "Keep the good unit" in told


def test_an_export_loads_as_the_same_campaign_with_its_picture(folder: Path) -> None:
    (folder / "flag.png").write_bytes(PNG)
    rewrite(folder, ("goal = 2000", 'goal = 2000\npicture = "flag.png"'))
    assert clamour(*LOAD, "--yes", folder=folder).exit_code == 0
    told = clamour("campaign", "export", "unit", "--output", "there", folder=folder)
    assert told.exit_code == 0, told.stderr
    assert (folder / "there" / "picture.png").read_bytes() == PNG
    same = clamour("campaign", "load", "there/campaign.toml", folder=folder)
    assert "already matches the file: open, version 2" in same.stdout
    refused = clamour("campaign", "export", "unit", "--output", "there", folder=folder)
    assert refused.exit_code == 1
    assert "there already" in refused.stderr
    again = ("campaign", "export", "unit", "--output", "there", "--overwrite")
    assert clamour(*again, folder=folder).exit_code == 0


def test_what_is_exported_without_a_folder_is_the_file_and_nothing_else(folder: Path) -> None:
    told = clamour("campaign", "export", "unit", folder=folder)
    assert told.stdout.startswith("# Exported from unit, version 1, on ")
    assert told.stderr == ""
    unknown = clamour("campaign", "export", "unti", folder=folder)
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "no campaign “unti”" in unknown.stderr
