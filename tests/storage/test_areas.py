"""Promises of the figures by postcode area."""

import asyncio
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import areas, campaigns, paper_entries, signatures
from storage.areas import area_of
from storage.database import Database
from storage.migrate import _config, _run, upgrade
from tests.storage.world import NOW, campaign, person, sign


@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("SW1A 1AA", "SW"),
        ("E1 6AN", "E"),
        ("GIR 0AA", "GIR"),
        ("", None),
        (None, None),
        ("1", None),
    ],
)
def test_an_area_is_the_letters_before_the_first_figure(
    postcode: str | None, area: str | None
) -> None:
    assert area_of(postcode) == area


async def test_people_who_sign_move_and_leave_at_once_are_counted_right(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)

    async def lives(who: int) -> None:
        async with database.transaction() as db:
            await sign(db, made.id, who, postcode="SW1A 1AA" if who % 2 else "E1 6AN")
        async with database.transaction() as db:
            supporter, _ = await person(db, who)
            found = await signatures.of(db, made.id, supporter.id)
            assert found is not None
            names = dict.fromkeys(("full_name", "email", "phone", "country", "comment"))
            moved = "E1 6AN" if who % 2 else "SW1A 1AA"
            await signatures.change(
                db, made.id, found.id, **names, postcode=moved, name_key=None, now=NOW
            )
        if who % 3 == 0:
            async with database.transaction() as db:
                await signatures.withdraw(db, made.id, supporter.id, NOW)

    await asyncio.gather(*(lives(who) for who in range(1, 19)))
    async with database.reading() as db:
        assert await areas.of_campaign(db, made.id) == {"E": 6, "SW": 6}
        assert await areas.recount(db, made.id) == {"E": 6, "SW": 6}


async def test_who_signs_twice_or_withdraws_twice_is_counted_once(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        for _ in range(2):
            await sign(db, made.id, postcode="SW1A 1AA")
    async with database.transaction() as db:
        assert await areas.of_campaign(db, made.id) == {"SW": 1}
        supporter, _ = await person(db)
        assert await signatures.withdraw(db, made.id, supporter.id, NOW)
        assert not await signatures.withdraw(db, made.id, supporter.id, NOW)
        assert await areas.of_campaign(db, made.id) == {}
        await sign(db, made.id, postcode="E1 6AN")
        assert await areas.of_campaign(db, made.id) == {"E": 1}


async def test_the_totals_say_when_they_last_changed(database: Database) -> None:
    async with database.transaction() as db:
        made = await campaign(db)
        assert await campaigns.changed_at(db, made.id) is None
        await sign(db, made.id)
    async with database.transaction() as db:
        assert await campaigns.changed_at(db, made.id) == NOW
        later = NOW.replace(year=2010)
        await paper_entries.add(
            db, campaign_id=made.id, count=5, note="", recorded_by=None, now=later
        )
        assert await campaigns.changed_at(db, made.id) == later


async def test_an_older_database_is_counted_when_it_is_brought_up_to_date(empty_url: str) -> None:
    await _run(empty_url, lambda db: command.upgrade(_config(db), "0013"))
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        for statement in BEFORE_AREAS:
            await connection.execute(text(statement))
    await engine.dispose()
    await upgrade(empty_url)
    database = await Database.open(empty_url)
    async with database.reading() as db:
        assert await areas.of_campaign(db, 1) == {"E": 1, "SW": 1}
        assert await campaigns.changed_at(db, 1) == datetime(2009, 11, 5, 9, 0, tzinfo=UTC)
    await database.close()


BEFORE_AREAS = (
    "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) VALUES "
    "(1, 1, 'Ada', true, '2009-11-03'), (2, 2, 'Bob', true, '2009-11-03'), "
    "(3, 3, 'Cleo', true, '2009-11-03'), (4, 4, 'Dafydd', true, '2009-11-03')",
    "INSERT INTO campaigns (id, slug, status, goal, definition, version, revision, created_at) "
    "VALUES (1, 'a', 'open', 1, '{}', 1, 1, '2009-11-03 09:00:00')",
    "INSERT INTO campaign_totals (campaign_id, live, offline, last_number) VALUES (1, 3, 0, 4)",
    "INSERT INTO wordings (id, campaign_id, kind, language, version, sha256, text, created_at) "
    "VALUES (1, 1, 'petition', 'en', 1, '', '', '2009-11-03 09:00:00')",
    "INSERT INTO signatures (campaign_id, supporter_id, number, status, postcode, "
    "petition_wording_id, language, signed_at, withdrawn_at) VALUES "
    "(1, 1, 1, 'withdrawn', 'SW1A 1AA', 1, 'en', '2009-11-03 09:00:00', '2009-11-05 09:00:00'), "
    "(1, 2, 2, 'live', 'SW2 1AA', 1, 'en', '2009-11-04 09:00:00', NULL), "
    "(1, 3, 3, 'live', 'E1 6AN', 1, 'en', '2009-11-04 09:00:00', NULL), "
    "(1, 4, 4, 'live', NULL, 1, 'en', '2009-11-04 09:00:00', NULL)",
)
