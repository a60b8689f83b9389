"""`clamour status`: an operator sees in the terminal how things stand."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from storage import audit
from storage.database import Database
from tests.bot.commandline import clamour, write_campaign, write_config
from tests.bot.test_cli_broadcasts import begun

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


def status(folder: Path) -> str:
    told = clamour("status", folder=folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def backed_up(folder: Path) -> None:
    async def work() -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
        async with database.transaction() as db:
            await audit.append(db, at=NOW, actor=None, action="backup.make", subject="", details={})
        await database.close()

    asyncio.run(work())


def test_a_new_bot_has_nothing_to_show_and_says_so(tmp_path: Path) -> None:
    write_config(tmp_path)
    told = status(tmp_path)
    assert "SQLite" in told
    assert "none yet" in told
    assert "none under way" in told
    assert "not known" in told


def test_campaigns_updates_backup_and_staff_are_shown(tmp_path: Path) -> None:
    write_config(tmp_path)
    write_campaign(tmp_path)
    assert clamour("campaign", "load", "campaign.toml", folder=tmp_path).returncode == 0
    paper = ("campaign", "offline", "unit", "1804", "--note", "sheets")
    assert clamour(*paper, folder=tmp_path).returncode == 0
    assert clamour("staff", "add", "8", "owner", folder=tmp_path).returncode == 0
    begun(tmp_path, "news")
    backed_up(tmp_path)
    rows = [line.split() for line in status(tmp_path).splitlines()]
    assert ["Staff", "1"] in rows
    assert ["Last", "backup", "2009-11-26", "09:30", "UTC"] in rows
    assert any(row[:3] == ["unit", "open", "1,804"] for row in rows)
    assert ["1", "unit", "news", "sending", "0", "0"] in rows
