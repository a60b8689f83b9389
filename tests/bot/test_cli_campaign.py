"""`clamour campaign` and `clamour db`: what an operator does to a database."""

import sqlite3
import stat
from pathlib import Path

import pytest

from tests.bot.commandline import CAMPAIGN, clamour, load_campaign, write_campaign, write_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration and a campaign file, no database yet."""
    write_config(tmp_path)
    write_campaign(tmp_path)
    return tmp_path


def say(folder: Path, *arguments: str) -> str:
    told = clamour(*arguments, folder=folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def refused(folder: Path, *arguments: str, code: int = 1) -> str:
    told = clamour(*arguments, folder=folder)
    assert told.returncode == code
    assert "Traceback" not in told.stderr
    return told.stderr


def test_a_campaign_is_loaded_into_a_new_database_and_listed(folder: Path) -> None:
    assert "“unit” is open, version 1" in say(folder, "campaign", "load", "campaign.toml", "--yes")

    listed = say(folder, "campaign", "list").splitlines()
    assert listed[0].split() == ["campaign", "status", "goal", "online", "paper", "total"]
    assert listed[1].split() == ["unit", "open", "2,000", "0", "0", "0"]


def test_loading_a_changed_file_makes_a_new_version_and_the_same_file_none(folder: Path) -> None:
    load_campaign(folder)

    same = say(folder, "campaign", "load", "campaign.toml")
    assert "already matches the file: open, version 1" in same
    (folder / "campaign.toml").write_text(CAMPAIGN.replace("goal = 2000", "goal = 3000"))
    assert "version 2" in say(folder, "campaign", "load", "campaign.toml", "--yes")
    assert "3,000" in say(folder, "campaign", "list")


def test_signatures_on_paper_are_added_taken_back_and_audited(folder: Path) -> None:
    load_campaign(folder)

    say(folder, "campaign", "offline", "unit", "1,024", "--note", "Market stall")
    told = say(folder, "campaign", "offline", "unit", "-4", "--note", "counted twice")

    assert "1,020 signatures: 0 online and 1,020 on paper" in told
    with sqlite3.connect(folder / "clamour.db") as database:
        audited = database.execute("SELECT action, actor FROM audit_log ORDER BY id").fetchall()
    database.close()
    assert audited == [("campaign.loaded", None), *[("offline_signatures.record", None)] * 2]


def test_more_than_was_recorded_cannot_be_taken_back(folder: Path) -> None:
    load_campaign(folder)
    say(folder, "campaign", "offline", "unit", "3", "--note", "stall")

    told = refused(folder, "campaign", "offline", "unit", "-4", "--note", "oops")

    assert "fewer than no paper signatures" in told
    assert " 3 " in say(folder, "campaign", "list")


@pytest.mark.parametrize("count", ["0", "three", "1.5", "1000000"])
def test_a_count_that_is_none_is_refused(folder: Path, count: str) -> None:
    told = refused(folder, "campaign", "offline", "unit", count, "--note", "x", code=2)

    assert "whole number" in told


def test_an_unknown_campaign_is_told(folder: Path) -> None:
    load_campaign(folder)
    told = refused(folder, "campaign", "offline", "unti", "3", "--note", "x")

    assert "no campaign “unti”" in told


def test_a_campaign_file_is_checked_without_configuration_or_database(tmp_path: Path) -> None:
    write_campaign(tmp_path)

    assert "“unit” is fine (goal 2,000; en)" in say(tmp_path, "campaign", "check", "campaign.toml")
    assert [file.name for file in tmp_path.iterdir()] == ["campaign.toml"]


def test_a_wrong_campaign_file_is_told_with_the_line_and_not_loaded(folder: Path) -> None:
    (folder / "campaign.toml").write_text(CAMPAIGN.replace("goal = 2000", "goal = 'many'"))

    say(folder, "db", "upgrade")
    for command in ("check", "load"):
        told = refused(folder, "campaign", command, "campaign.toml")
        assert "goal" in told
        assert "line 3" in told
    assert "No campaigns yet" in say(folder, "campaign", "list")


def test_the_database_is_told_to_be_missing_then_made_then_up_to_date(folder: Path) -> None:
    told = clamour("db", "check", folder=folder)
    assert told.returncode == 1
    assert "has not been made yet" in told.stdout

    assert "up to date" in say(folder, "db", "upgrade")
    assert "up to date" in say(folder, "db", "upgrade")
    assert "✓" in say(folder, "db", "check")


def test_the_database_is_readable_by_its_owner_alone(folder: Path) -> None:
    say(folder, "db", "upgrade")

    assert stat.S_IMODE((folder / "clamour.db").stat().st_mode) == 0o600


def test_a_newer_database_is_refused_and_left_alone(folder: Path) -> None:
    load_campaign(folder)
    with sqlite3.connect(folder / "clamour.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = (folder / "clamour.db").read_bytes()

    for arguments in (["db", "check"], ["db", "upgrade"], ["campaign", "list"], ["run"]):
        assert "newer Clamour" in refused(folder, *arguments)
    assert (folder / "clamour.db").read_bytes() == before


def test_a_configuration_elsewhere_is_used_with_its_own_database(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    say(elsewhere, "db", "upgrade", "--config", str(folder / "config.toml"))

    assert (folder / "clamour.db").exists()
    assert list(elsewhere.iterdir()) == []


def test_a_wrong_configuration_is_one_clear_paragraph(tmp_path: Path) -> None:
    told = refused(tmp_path, "campaign", "list")

    assert told == (
        "config.toml: there is no such file; run clamour init to make one, "
        "or name another with --config.\n"
    )


@pytest.mark.parametrize("command", ["check", "load"])
def test_a_language_the_bot_does_not_speak_is_refused_by_name(folder: Path, command: str) -> None:
    in_french = CAMPAIGN.replace('languages = ["en"]', 'languages = ["fr"]').replace(
        "[text.en", "[text.fr"
    )
    assert in_french != CAMPAIGN
    (folder / "campaign.toml").write_text(in_french, encoding="utf-8")
    told = refused(folder, "campaign", command, "campaign.toml")
    assert "“fr”, which the bot does not speak" in told
    assert "messages/README.md" in told
