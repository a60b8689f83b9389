"""Promises of the file of tombstones: it says who was erased last when, and grows no further."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.jobs import tombstones
from campaign import erasure
from storage import supporters, tables
from storage.database import Database
from tests import migrated
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADA, BOB = 7_123_456_789, 8


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    return await Database.open(await migrated.copied_to(tmp_path / "clamour.db"))


async def erased(database: Database, who: int, at: datetime) -> None:
    async with database.transaction() as db:
        one = await petitions.person(db, who, at - MINUTE)
        await erasure.erase(db, one, now=at)


async def test_one_person_erased_again_and_again_has_one_tombstone(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tombstones, "MOST_NEEDLESS_LINES", 5)
    file = tmp_path / "clamour.tombstones"
    await tombstones.sync(database, file, now=NOW)
    await erased(database, BOB, NOW)
    for place in range(20):
        await erased(database, ADA, NOW + place * MINUTE)
        assert await tombstones.sync(database, file, now=NOW) == 0
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(tables.tombstones)) == 2
    lines = file.read_text().splitlines()
    assert len(lines) <= 2 + 5 + 1
    assert (NOW + 19 * MINUTE).isoformat() in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []
    async with database.transaction() as db:  # as a backup from between would have it
        await db.execute(text("DELETE FROM tombstones"))
        for who in (ADA, BOB):
            await petitions.person(db, who, NOW - MINUTE)
    assert await tombstones.sync(database, file, now=NOW) == 2
    async with database.reading() as db:
        for who in (ADA, BOB):
            assert await supporters.by_telegram_id(db, who) is None
    await database.close()


async def test_a_file_with_older_lines_of_somebody_erases_nobody_who_came_back(
    database: Database, tmp_path: Path
) -> None:
    """As versions before wrote it: a line for each time."""
    file = tmp_path / "clamour.tombstones"
    for place in range(3):
        await erased(database, ADA, NOW + 2 * place * MINUTE)
        await tombstones.sync(database, file, now=NOW)
    async with database.transaction() as db:
        await petitions.person(db, ADA, NOW + 30 * MINUTE)
    assert await tombstones.sync(database, file, now=NOW + 31 * MINUTE) == 0
    await database.close()
