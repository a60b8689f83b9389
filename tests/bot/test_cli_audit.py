"""`clamour audit`: an operator reads the log and has its chain checked."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import evidence
from storage.database import Database
from tests.bot.commandline import clamour, load_campaign, write_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    load_campaign(tmp_path)
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


def test_a_wording_that_was_rewritten_past_the_guard_is_found(folder: Path) -> None:
    assert "none of them sealed yet" in clamour("audit", "verify", folder=folder).stdout
    asyncio.run(_seal(folder))
    whole = clamour("audit", "verify", folder=folder)
    assert (whole.returncode, "0 not sealed yet" in whole.stdout) == (0, True)
    assert "evidence.sealed" not in clamour("audit", "list", folder=folder).stdout
    with closing(sqlite3.connect(folder / "clamour.db")) as plain, plain:
        plain.execute("DROP TRIGGER wordings_no_update")
        plain.execute("UPDATE wordings SET text = 'We agree to everything.' WHERE id = 2")
    forged = clamour("audit", "verify", folder=folder)
    assert forged.returncode == 1
    assert "The wordings between number 1 and" in forged.stdout


async def _seal(folder: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
    for table in evidence.SEALED:
        await evidence.seal(database, table, now=datetime.now(UTC))
    await database.close()
