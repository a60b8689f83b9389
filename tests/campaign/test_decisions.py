"""Promises of when decisions call for something, on both engines, with a clock that is steered."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from campaign import decisions as rules
from campaign.broadcasts.day_parser import Days
from campaign.errors import Settled
from storage import audit, decisions, staff
from storage.database import Database
from storage.tables import decision_dates, notifications
from tests.campaign import petitions
from tests.campaign.office import NOW, Office, office_in
from tests.folded import for_each

ZONES = ("Europe/London", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati")
DAYS = [date(2009, month, day) for month, day in ((3, 9), (3, 29), (3, 30), (4, 5), (10, 25))]
"""Around which the clocks change in one of the zones."""


@pytest.fixture
async def office(database: Database) -> Office:
    return await office_in(database)


@for_each("zone, day", product(ZONES, DAYS))
async def test_people_are_reminded_and_staff_asked_at_nine_on_the_clocks_there(
    database: Database, zone: str, day: date
) -> None:
    office = await office_in(database, zone)
    kept = await office.expects(day, day + timedelta(days=1))
    assert kept.remind_at is not None
    assert kept.ask_at is not None
    there = office.petition.zone
    before, after = kept.remind_at.astimezone(there), kept.ask_at.astimezone(there)
    assert (before.date(), before.hour, before.minute) == (day - timedelta(days=1), 9, 0)
    assert (after.date(), after.hour, after.minute) == (day + timedelta(days=2), 9, 0)


async def test_a_reminder_is_claimed_once_by_several_processes(office: Office) -> None:
    kept = await office.expects(date(2009, 3, 30))
    due = datetime(2009, 3, 29, 8, tzinfo=UTC)  # nine o'clock: the clocks went forward that night
    assert kept.remind_at == due
    assert await office.reminds(due - timedelta(seconds=1)) == []
    claimed = await asyncio.gather(*(office.reminds(due) for _ in range(6)))
    assert [one.id for found in claimed for one in found] == [kept.id]
    assert await office.reminds(due + timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("now", "still"),
    [
        (datetime(2009, 3, 29, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2009, 3, 29, 23, 0, 0, tzinfo=UTC), False),
    ],
)
async def test_a_late_reminder_comes_until_midnight_there_and_not_after(
    office: Office, now: datetime, still: bool
) -> None:
    """London is an hour ahead of UTC by then, so the day ends at 23:00 UTC."""
    await office.expects(date(2009, 3, 30))
    assert bool(await office.reminds(now)) is still
    assert await office.reminds(now + timedelta(minutes=1)) == []


async def test_a_process_that_dies_after_claiming_leaves_all_due(office: Office) -> None:
    kept = await office.expects(date(2009, 3, 30))
    later = datetime(2009, 4, 2, 12, tzinfo=UTC)

    async def dies() -> None:
        async with office.database.transaction() as db:
            await rules.ask_staff(db, office.all, now=later)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await dies()
    assert (await office.now_is(kept)).state == "expected"
    assert len(await office.asks(later)) == 1


async def test_staff_are_asked_once_however_many_processes_look(office: Office) -> None:
    kept = await office.expects(date(2009, 3, 30))
    async with office.database.transaction() as db:
        editor = await petitions.person(db, 2, NOW)
        await staff.upsert(db, editor.telegram_id, "editor", NOW, office.petition.id)
        await staff.upsert(db, editor.telegram_id, "owner", NOW)
        await staff.upsert(db, 3, "owner", NOW)  # has never written to the bot
        await petitions.person(db, 4, NOW)
        await staff.upsert(db, 4, "viewer", NOW)
    asked = await asyncio.gather(
        *(office.asks(datetime(2009, 3, 31, 8, tzinfo=UTC)) for _ in range(6))
    )
    assert [one.id for found in asked for one in found] == [kept.id]
    async with office.database.reading() as db:
        people = list(await db.scalars(select(notifications.c.telegram_id)))
    assert sorted(people) == [1, 2]
    assert (await office.now_is(kept)).state == "asked"


async def test_one_answer_counts_and_the_question_comes_back_after_a_week(office: Office) -> None:
    kept = await office.expects(date(2009, 3, 20))
    now = datetime(2009, 3, 25, 15, tzinfo=UTC)
    await office.asks(now)

    async def waits() -> bool:
        try:
            async with office.database.transaction() as db:
                decision = await decisions.of(db, kept.id)
                assert decision is not None
                await rules.still_waiting(db, office.petition, decision, by=office.owner, now=now)
        except Settled:
            return False
        return True

    assert sorted(await asyncio.gather(waits(), waits(), waits())) == [False, False, True]
    due = datetime(2009, 4, 1, 8, tzinfo=UTC)  # nine o'clock in summer time
    assert (await office.now_is(kept)).ask_at == due
    assert await office.asks(due - timedelta(seconds=1)) == []
    assert len(await office.asks(due)) == 1


async def test_slipped_days_are_kept_with_who_set_them(office: Office) -> None:
    kept = await office.expects(date(2009, 11, 16), date(2009, 11, 18))
    async with office.database.transaction() as db:
        await rules.postpone(
            db,
            office.petition,
            kept,
            Days(date(2009, 12, 8), date(2009, 12, 8)),
            by=office.owner,
            now=datetime(2009, 11, 19, 9, tzinfo=UTC),
        )
    async with office.database.reading() as db:
        days = (await decisions.days(db, [kept.id]))[kept.id]
        by = set(await db.scalars(select(decision_dates.c.set_by)))
    assert [(one.expected_from.day, one.expected_to.day) for one in days] == [(16, 18), (8, 8)]
    assert by == {office.owner.id}
    moved = await office.now_is(kept)
    assert moved.ask_at == datetime(2009, 12, 9, 9, tzinfo=UTC)


async def test_one_that_is_waited_for_no_longer_calls_for_nothing(office: Office) -> None:
    kept = await office.expects(date(2009, 11, 16))
    for _ in range(2):  # a double tap is noted once
        async with office.database.transaction() as db:
            await rules.drop(db, kept, by=office.owner, now=NOW)
    assert await office.reminds(datetime(2009, 11, 15, 9, tzinfo=UTC)) == []
    assert await office.asks(datetime(2009, 11, 17, 9, tzinfo=UTC)) == []
    assert (await office.now_is(kept)).state == "dropped"
    async with office.database.reading() as db:
        noted = [one.action for one in await audit.latest(db, 10)]
    assert noted.count("decision.dropped") == 1


async def test_a_campaign_that_is_not_there_any_more_is_left_alone(office: Office) -> None:
    await office.expects(date(2009, 11, 16))
    async with office.database.transaction() as db:
        for at in (datetime(2009, 11, 15, 9, tzinfo=UTC), datetime(2009, 11, 17, 9, tzinfo=UTC)):
            assert await rules.claim_reminders(db, {}, now=at) == []
            assert await rules.ask_staff(db, {}, now=at) == []
