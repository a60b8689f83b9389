"""Promises where there is no petition at all: the first owner comes, and writes one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from campaign import catalogue, staff
from storage.database import Database
from storage.tables import dialogs
from tests import migrated
from tests.handlers.routes_harness import RoutesHarness

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
ADA = 7_123_456_789
ANSWERS = (
    *("Keep the library open", "Keep it open.", "the Mayor of Upton", "the Mayor"),
    *("400 children read there.", "We ask you.", "Friends of Mill Road", "hi@millroad.example.org"),
)


async def test_from_an_empty_database_to_a_petition_that_is_open(tmp_path: Path) -> None:
    async with migrated.migrated_url("sqlite", tmp_path) as url:
        database = await Database.open(url)
        try:
            nothing: Any = None
            async with RoutesHarness.to(database, nothing) as doors:
                async with database.transaction() as db:
                    _, token = await staff.claim(db, now=NOW)
                await doors.says(ADA, f"/start {staff.payload_of(token)}")
                await doors.taps(ADA, f"join:{token}")
                assert doors.shown["staff/joined"] == 1
                for text in ("/start", "/desk", "/help", "/newcampaign", *ANSWERS):
                    await doors.says(ADA, text)
                serial = await _serial(database)
                await doors.taps(ADA, f"newcampaign:{serial}:pick:yes")
                await doors.says(ADA, "1,000")
                assert doors.shown["new_campaign/look"] == 1
                serial = await _serial(database)
                await doors.taps(ADA, f"newcampaign:{serial}:open")
                assert doors.shown["new_campaign/saved"] == 1
                async with database.reading() as db:
                    (petition,) = await catalogue.every_petition(db)
                assert petition.is_open
        finally:
            await database.close()


async def _serial(database: Database) -> int:

    async with database.reading() as db:
        return int((await db.execute(select(dialogs.c.serial))).scalar_one())
