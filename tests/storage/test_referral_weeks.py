"""A promise of the weeks of a campaign that is older than ask-a-friend."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.migrate import upgrade
from storage.tables import referral_weeks as weeks
from tests.storage.earlier import upgrade_to

SIGNED = (
    "INSERT INTO signatures (campaign_id, supporter_id, number, status, petition_wording_id, "
    "language, signed_at) VALUES (1, {who}, {who}, '{status}', 1, 'en', '{at}')"
)
PERSON = (
    "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "
    "VALUES ({who}, {who}, 'Ada', true, '2009-10-01 00:00:00')"
)
EARLIER = (
    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, created_at) "
    "VALUES (1, 'unit', 'open', 9, "
    """'{"timezone": "Europe/London"}', 1, 1, '2009-10-01 00:00:00'), """
    "(2, 'empty', 'open', 9, '{}', 1, 1, '2009-10-01 00:00:00')",
    "INSERT INTO wordings (id, campaign_id, kind, language, version, sha256, text, created_at) "
    "VALUES (1, 1, 'petition', 'en', 1, 'x', 'Keep it.', '2009-10-01 00:00:00')",
    *(PERSON.format(who=who) for who in range(1, 5)),
    # Monday, 19 October begins in London an hour before it does in UTC.
    SIGNED.format(who=1, status="live", at="2009-10-18 22:59:59"),
    SIGNED.format(who=2, status="live", at="2009-10-18 23:00:00"),
    SIGNED.format(who=3, status="live", at="2009-10-25 23:59:59"),
    SIGNED.format(who=4, status="withdrawn", at="2009-10-25 23:59:59"),
)


async def test_its_signers_stand_in_the_weeks_of_its_own_clocks(empty_url: str) -> None:
    await upgrade_to(empty_url, "0001")
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for statement in EARLIER:
            await connection.exec_driver_sql(statement)
    await engine.dispose()
    await upgrade(empty_url)
    database = await Database.open(empty_url)
    try:
        async with database.reading() as db:
            rows = await db.execute(
                select(weeks.c.campaign_id, weeks.c.week, weeks.c.signers, weeks.c.friends)
            )
            assert sorted(tuple(row) for row in rows) == [
                (1, date(2009, 10, 12), 1, 0),
                (1, date(2009, 10, 19), 2, 0),
            ]
    finally:
        await database.close()
