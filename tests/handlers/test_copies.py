"""What a copy of an update is for."""

from pathlib import Path

from sqlalchemy import func, select, update

from campaign.broadcasts.content import Content, Version
from storage import broadcasts, staff, tables
from tests.handlers.routes_harness import NOW, RoutesHarness

OWNER = 4242


async def test_nobody_is_reminded_twice_by_a_copy_of_the_reminder(tmp_path: Path) -> None:
    """Each wish was for one message, and who had it may hear no updates at all."""
    async with RoutesHarness.open(tmp_path) as doors:
        await doors.says(OWNER, "/start")
        async with doors.services.database.transaction() as db:
            await staff.upsert(db, OWNER, "owner", NOW)
            reminder = await broadcasts.add(
                db,
                campaign_id=doors.petition.id,
                kind="decision",
                author_id=None,
                content=Content({"en": Version("It is decided today.")}).to_dict(),
                audience={"reminder_of": 1},
                options={},
                now=NOW,
            )
            await db.execute(update(tables.broadcasts).values(status="done", started_at=NOW))
        await doors.taps(OWNER, f"desk:copy:{reminder.id}")
        async with doors.services.database.reading() as db:
            count = await db.scalar(select(func.count()).select_from(tables.broadcasts))
        assert count == 1
