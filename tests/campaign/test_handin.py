"""Promises of the hand-in: one at a time, counted once, closed for all; on both engines."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from campaign.errors import HandinPlanned, Settled
from campaign.handin import plan
from storage import campaigns, handins
from storage.database import Database
from storage.tables import handin_dates
from tests.campaign import petitions
from tests.campaign.office import NOW, Office, office_in


@pytest.fixture
async def office(database: Database) -> Office:
    return await office_in(database)


async def test_a_hand_in_is_frozen_once_while_people_sign(office: Office) -> None:
    at = datetime(2009, 11, 26, 10, tzinfo=UTC)
    await office.plans(at, closes=False)
    assert await office.freezes(at - timedelta(seconds=1)) == []

    async def signs(number: int) -> None:
        async with office.database.transaction() as db:
            person = await petitions.person(db, 100 + number, NOW)
            await petitions.signs(db, office.petition, person, at)

    async with office.database.transaction() as db:
        for number in range(5):
            person = await petitions.person(db, 200 + number, NOW)
            await petitions.signs(db, office.petition, person, NOW)
    results = await asyncio.gather(
        *(signs(number) for number in range(8)),
        *(office.freezes(at) for _ in range(4)),
    )
    held = [one for found in results if found for one in found]
    assert len(held) == 1
    async with office.database.reading() as db:
        frozen = await handins.latest_held(db, office.petition.id)
        totals = await campaigns.totals(db, office.petition.id)
    assert frozen is not None
    assert 5 <= (frozen.total or 0) <= 13
    assert frozen.total == (frozen.live or 0) + (frozen.offline or 0) == held[0].total
    assert (totals.total, frozen.frozen_at) == (13, at)
    assert await office.freezes(at + timedelta(days=1)) == []


async def test_freezing_closes_signing_for_all_processes(office: Office) -> None:
    await office.plans(datetime(2009, 11, 26, 10, tzinfo=UTC))
    async with office.database.reading() as db:
        before = await campaigns.changes_token(db)
    late = datetime(2009, 11, 28, 3, tzinfo=UTC)
    assert len(await office.freezes(late)) == 1
    async with office.database.reading() as db:
        campaign = await campaigns.by_id(db, office.petition.id)
        assert await campaigns.changes_token(db) > before
    assert campaign is not None
    assert (campaign.status, campaign.closed_at) == ("closed", late)
    assert campaign.definition["status"] == "closed"


async def test_only_one_hand_in_is_planned_at_a_time(office: Office) -> None:
    at = datetime(2009, 11, 26, 10, tzinfo=UTC)

    async def plans() -> bool:
        try:
            await office.plans(at)
        except HandinPlanned:
            return False
        return True

    assert sorted(await asyncio.gather(plans(), plans(), plans())) == [False, False, True]


async def test_earlier_times_of_a_hand_in_are_kept(office: Office) -> None:
    first, second = (datetime(2009, 11, day, 10, tzinfo=UTC) for day in (12, 26))
    await office.plans(first)
    async with office.database.transaction() as db:
        planned = await handins.planned(db, office.petition.id)
        assert planned is not None
        await plan.move(db, planned, at=second, closes_signing=True, by=office.owner, now=NOW)
        times = list(await db.scalars(select(handin_dates.c.at).order_by(handin_dates.c.id)))
    assert times == [first, second]
    assert await office.freezes(first) == []
    async with office.database.transaction() as db:
        await plan.call_off(db, planned, by=office.owner, now=NOW)
    assert await office.freezes(second) == []
    async with office.database.transaction() as db:
        with pytest.raises(Settled):
            await plan.call_off(db, planned, by=office.owner, now=NOW)
