"""`clamour staff`: an operator sees and changes who works on the campaigns."""

from pathlib import Path

import pytest

from tests.bot.commandline import bot_api, clamour, load_campaign, write_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path, '[telegram]\ntoken_file = "bot-token"\n[staff]\nowners = [7]\n')
    load_campaign(tmp_path)
    return tmp_path


def say(folder: Path, *arguments: str, fails: bool = False) -> str:
    told = clamour("staff", *arguments, folder=folder)
    assert told.returncode == int(fails), told.stderr
    return told.stdout + told.stderr


def test_people_are_added_listed_and_removed(folder: Path) -> None:
    assert "Nobody yet" in say(folder, "list")
    assert "8 is owner of all campaigns" in say(folder, "add", "8", "owner")
    assert "9 is editor of unit" in say(folder, "add", "9", "editor", "--campaign", "unit")
    rows = [line.split()[:3] for line in say(folder, "list").splitlines()[1:]]
    assert rows == [["8", "owner", "all"], ["9", "editor", "unit"]]
    assert "don't have that role" in say(folder, "remove", "9")
    assert "Done" in say(folder, "remove", "9", "--campaign", "unit")
    assert "9" not in [line.split()[0] for line in say(folder, "list").splitlines()[1:]]


def test_what_cannot_be_is_explained(folder: Path) -> None:
    say(folder, "add", "8", "owner")
    assert "last owner" in say(folder, "remove", "8", fails=True)
    assert "last owner" in say(folder, "add", "8", "viewer", fails=True)
    say(folder, "add", "7", "owner")
    assert "configuration names" in say(folder, "remove", "7", fails=True)
    for wrong in (["add", "x", "owner"], ["add", "9", "king"], ["add", "9", "owner", "--campaign"]):
        assert clamour("staff", *wrong, folder=folder).returncode == 2
    gone = clamour("staff", "add", "9", "owner", "--campaign", "gone", folder=folder)
    assert gone.returncode == 2
    assert "clamour campaign list" in gone.stderr


def test_a_claim_is_refused_where_there_is_an_owner_unless_it_is_forced(tmp_path: Path) -> None:
    with bot_api() as api:
        text = f'[telegram]\ntoken_file = "bot-token"\napi_url = "{api}"\n'
        write_config(tmp_path, text)
        load_campaign(tmp_path)
        first = say(tmp_path, "claim")
        assert "https://t.me/unit_bot?start=staff_" in first
        assert "https://t.me/unit_bot?start=staff_" in say(tmp_path, "claim"), "the link was lost"
        say(tmp_path, "add", "8", "owner")
        assert "There is an owner already" in say(tmp_path, "claim", fails=True)
        assert "start=staff_" in say(tmp_path, "claim", "--force")
        write_config(tmp_path, text + "[staff]\nowners = [9]\n")
        say(tmp_path, "remove", "8", fails=True)
        assert "There is an owner already" in say(tmp_path, "claim", fails=True)
    log = clamour("audit", "list", folder=tmp_path).stdout
    assert log.count("staff.claim") == 3, "each link is in the audit log"
