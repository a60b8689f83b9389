"""Promises of looking through a backup: one whose rows do not fit together is none."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import backups
from storage.backups import BadBackup
from storage.database import Database
from tests import migrated
from tests.storage.world import campaign, sign

SPOILT = {
    "UPDATE campaign_totals SET live = live + 1": "totals",
    "UPDATE campaign_totals SET offline = 3": "totals",
    "DELETE FROM supporters": "rows are missing",
    "DELETE FROM campaigns": "rows are missing",
}


async def made(folder: Path) -> Path:
    url = await migrated.copied_to(folder / "clamour.db")
    database = await Database.open(url)
    async with database.transaction() as db:
        await sign(db, (await campaign(db)).id)
    await database.close()
    copy = folder / "backup.db"
    found = backups.make(url, copy)
    assert (found.campaigns, found.supporters, found.signatures) == (1, 1, 1)
    return copy


@pytest.mark.parametrize("statement", SPOILT)
async def test_rows_that_do_not_fit_together_are_no_backup(tmp_path: Path, statement: str) -> None:
    copy = await made(tmp_path)
    with closing(sqlite3.connect(copy)) as database:  # foreign keys are off if nobody asks for them
        database.execute(statement)
        database.commit()
    with pytest.raises(BadBackup, match=SPOILT[statement]):
        backups.look_through(copy)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"\xff" * 5000, b"hello" * 1000])
def test_a_file_that_is_no_database_is_no_backup(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "backup.db"
    file.write_bytes(content)
    with pytest.raises(BadBackup):
        backups.look_through(file)
