"""`clamour status`: an operator sees in the terminal how things stand."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from campaign.broadcasts import audience, life
from storage import audit, broadcasts, campaigns
from storage.audiences import Audience
from storage.database import Database
from tests.bot.commandline import clamour, write_campaign, write_config

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


def status(folder: Path) -> str:
    told = clamour("status", folder=folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def under_way(folder: Path) -> None:
    """A broadcast that is being sent, and a backup."""

    async def work() -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{folder / 'clamour.db'}")
        async with database.transaction() as db:
            (campaign,) = await campaigns.all(db)
            made = await broadcasts.add(
                db,
                campaign_id=campaign.id,
                kind="news",
                author_id=None,
                content={},
                audience=audience.to_dict(Audience()),
                options={},
                now=NOW,
            )
            await life.start(db, made.id, now=NOW)
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
    under_way(tmp_path)
    rows = [line.split() for line in status(tmp_path).splitlines()]
    assert ["Staff", "1"] in rows
    assert ["Last", "backup", "2009-11-26", "09:30", "UTC"] in rows
    assert any(row[:3] == ["unit", "open", "1,804"] for row in rows)
    assert ["1", "unit", "news", "sending", "0", "0"] in rows
