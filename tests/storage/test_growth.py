"""Promises of how a campaign has grown, day by day."""

from datetime import UTC, date, datetime, timedelta

from storage import daily_counts, paper_entries, signatures
from storage.database import Database
from tests.storage.world import campaign, sign

MIDNIGHT = datetime(2009, 11, 26, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


async def test_days_end_at_midnight_in_utc_and_paper_is_added(database: Database) -> None:
    async with database.transaction() as db:
        made = (await campaign(db)).id
        moments = (MIDNIGHT - MOMENT, MIDNIGHT, MIDNIGHT + timedelta(days=1) - MOMENT)
        for who, at in enumerate(moments, 1):
            await sign(db, made, who, at=at)
        gone = await sign(db, made, 9, at=MIDNIGHT + timedelta(days=3))
        assert gone is not None
        await signatures.withdraw(db, made, gone.supporter_id, MIDNIGHT + timedelta(days=4))
        for count, at in (
            (24, MIDNIGHT - MOMENT),
            (5, MIDNIGHT + timedelta(days=2)),
            (-2, MIDNIGHT),
        ):
            await paper_entries.add(
                db, campaign_id=made, count=count, note="", recorded_by=None, now=at
            )
        assert await daily_counts.by_day(db, made) == {
            date(2009, 11, 25): 25,
            date(2009, 11, 26): 0,
            date(2009, 11, 28): 5,
        }
        assert list(await daily_counts.by_day(db, made)) == sorted(
            await daily_counts.by_day(db, made)
        )


async def test_nobody_yet_is_no_day(database: Database) -> None:
    async with database.transaction() as db:
        assert await daily_counts.by_day(db, (await campaign(db)).id) == {}
