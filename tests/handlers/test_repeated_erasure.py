"""Promises of /forget through the real routes: said again and again, it does its work once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import supporters, tables, tombstones
from storage.tables import metadata
from tests.campaign import petitions
from tests.handlers.routes_harness import NOW, RoutesHarness

ADA = 7_123_456_789


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[RoutesHarness]:
    async with RoutesHarness.open(tmp_path) as doors:
        async with doors.services.database.transaction() as db:
            await tombstones.keep_key(db, "ab" * 32)
        yield doors


async def rows(doors: RoutesHarness) -> dict[str, Any]:
    async with doors.services.database.reading() as db:
        return {
            table.name: await db.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
        }


async def forgets(doors: RoutesHarness) -> None:
    """Ask, and say yes to the question just asked."""
    await doors.says(ADA, "/forget")
    async with doors.services.database.reading() as db:
        ada = await supporters.by_telegram_id(db, ADA)
        assert ada is not None
        serial = await db.scalar(
            select(tables.dialogs.c.serial).where(tables.dialogs.c.supporter_id == ada.id)
        )
    await doors.taps(ADA, f"forget:{serial}:yes")


async def test_a_yes_repeated_without_end_writes_nothing_more(doors: RoutesHarness) -> None:
    async with doors.services.database.transaction() as db:
        await petitions.signs(db, doors.petition, await petitions.person(db, ADA, NOW), NOW)
    await forgets(doors)
    doors.services.erased.clear()
    once = await rows(doors)
    assert once["tombstones"] == 1
    for serial in (*range(20), 10**8):
        await doors.taps(ADA, f"forget:{serial}:yes")
        assert not doors.services.erased.is_set(), "no file is written for it"
    assert await rows(doors) == once
    async with doors.services.database.reading() as db:
        assert await supporters.by_telegram_id(db, ADA) is None, "nor are they there again"


async def test_one_who_has_only_written_leaves_no_row_however_often(doors: RoutesHarness) -> None:
    before = await rows(doors)
    for _ in range(5):
        await doors.says(ADA, "/start")
        await forgets(doors)
    after = await rows(doors)
    assert after == before, "the only tombstone is of people whom a backup may hold"


async def test_one_who_has_written_before_gets_one_tombstone(doors: RoutesHarness) -> None:
    before = await rows(doors)
    for place in range(3):
        async with doors.services.database.transaction() as db:
            await petitions.person(db, ADA, NOW.replace(hour=place))
        await forgets(doors)
    after = await rows(doors)
    assert after == {**before, "tombstones": 1}


async def test_an_old_yes_of_a_signer_asks_again(doors: RoutesHarness) -> None:
    async with doors.services.database.transaction() as db:
        await petitions.signs(db, doors.petition, await petitions.person(db, ADA, NOW), NOW)
    await doors.says(ADA, "/forget")
    for _ in range(3):
        await doors.taps(ADA, "forget:0:yes")
    assert doors.shown["erase/ask"] == 4
    assert not doors.shown["erase/done"]


async def test_the_limit_of_ones_own_data_goes_on(doors: RoutesHarness) -> None:
    async with doors.services.database.transaction() as db:
        await petitions.person(db, ADA, NOW)
    for _ in range(5):
        await doors.says(ADA, "/mydata")
        await forgets(doors)
    assert (doors.shown["my_data/sent"], doors.shown["my_data/too_often"]) == (2, 3)
