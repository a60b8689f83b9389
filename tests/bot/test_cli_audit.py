"""`clamour audit`: an operator reads the log and has its chain checked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.commandline import clamour, write_campaign, write_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    write_campaign(tmp_path)
    assert clamour("campaign", "load", "campaign.toml", "--yes", folder=tmp_path).returncode == 0
    return tmp_path


def test_the_log_is_listed_and_verified_and_what_was_done_to_it_is_named(folder: Path) -> None:
    assert "campaign.loaded" in clamour("audit", "list", folder=folder).stdout
    for telegram_id in ("7", "8", "9"):
        clamour("staff", "add", telegram_id, "owner", folder=folder)
    listed = clamour("audit", "list", "--newest", "2", folder=folder).stdout.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["4", "3"]
    assert "staff:9" in listed[1]
    whole = clamour("audit", "verify", folder=folder)
    assert whole.returncode == 0
    newest = whole.stdout.split()[-1]
    clamour("staff", "remove", "9", folder=folder)
    assert clamour("audit", "verify", "--had", newest, folder=folder).returncode == 0
    never = clamour("audit", "verify", "--had", "0" * 64, folder=folder)
    assert (never.returncode, "No row has that hash" in never.stdout) == (1, True)
    with closing(sqlite3.connect(folder / "clamour.db")) as plain, plain:
        plain.execute("DROP TRIGGER audit_log_no_update")
        plain.execute("UPDATE audit_log SET subject = 'staff:1' WHERE id = 2")
    forged = clamour("audit", "verify", folder=folder)
    assert (forged.returncode, "Row 2 has been changed" in forged.stdout) == (1, True)
