"""Promises of the dates in a campaign's story, on both engines, with a clock that is steered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from campaign import decisions as rules
from campaign import handin
from campaign.broadcasts import life, ready
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.days import Days
from campaign.catalogue import publish
from campaign.definition import load_definition
from campaign.errors import HandinPlanned, Settled
from campaign.petition import Petition
from storage import (
    audiences,
    broadcasts,
    campaigns,
    decisions,
    deliveries,
    handins,
    staff,
    staff_notices,
)
from storage.audiences import Audience
from storage.database import Connection, Database
from storage.decisions import Decision
from storage.supporters import Supporter
from storage.tables import decision_dates, handin_dates
from storage.tables import staff_notices as notices
from tests.campaign import delivering, petitions
from tests.campaign.delivering import Clock, Post

NOW = datetime(2009, 3, 2, 12, tzinfo=UTC)
ZONES = ("Europe/London", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati")
TEXTS = {"en": {"who": "The MPA", "what": "The unit"}}


@dataclass
class Office:
    """A published petition and an owner who has written to the bot."""

    database: Database
    petition: Petition
    owner: Supporter

    @property
    def all(self) -> Mapping[int, Petition]:
        return {self.petition.id: self.petition}

    async def expects(self, first: date, last: date | None = None) -> Decision:
        async with self.database.transaction() as db:
            days = Days(first, last or first)
            _, made = await rules.add(db, self.petition, TEXTS, days, by=self.owner, now=NOW)
        return made

    async def now_is(self, decision: Decision) -> Decision:
        async with self.database.reading() as db:
            found = await decisions.of(db, decision.id)
        assert found is not None
        return found

    async def reminds(self, now: datetime) -> list[Decision]:
        async with self.database.transaction() as db:
            return await rules.claim_reminders(db, self.all, now=now)

    async def asks(self, now: datetime) -> list[Decision]:
        async with self.database.transaction() as db:
            return await rules.ask_staff(db, self.all, now=now)

    async def plans(self, at: datetime, *, closes: bool = True) -> None:
        async with self.database.transaction() as db:
            await handin.plan(
                db,
                self.petition,
                {"en": {"place": "City Hall"}},
                at=at,
                link=None,
                closes_signing=closes,
                by=self.owner,
                now=NOW,
            )

    async def freezes(self, now: datetime) -> list[handins.Handin]:
        async with self.database.transaction() as db:
            return await handin.freeze_due(db, self.all, now=now)


async def office_in(database: Database, zone: str = "Europe/London") -> Office:
    definition = load_definition(petitions.EXAMPLE).model_copy(
        update={"slug": "story", "timezone": zone}
    )
    petition = await publish(database, definition, now=NOW)
    async with database.transaction() as db:
        owner = await petitions.person(db, 1, NOW)
        await staff.put(db, owner.telegram_id, "owner", NOW)
    return Office(database, petition, owner)


@pytest.fixture
async def office(database: Database) -> Office:
    return await office_in(database)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "day",
    [date(2009, 3, 9), date(2009, 3, 29), date(2009, 3, 30), date(2009, 4, 5), date(2009, 10, 25)],
)
async def test_people_are_reminded_and_staff_asked_at_nine_on_the_clocks_there(
    database: Database, zone: str, day: date
) -> None:
    """Days around which the clocks change in one of the zones."""
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
        await staff.put(db, editor.telegram_id, "editor", NOW, office.petition.id)
        await staff.put(db, editor.telegram_id, "owner", NOW)
        await staff.put(db, 3, "owner", NOW)  # has never written to the bot
        await petitions.person(db, 4, NOW)
        await staff.put(db, 4, "viewer", NOW)
    asked = await asyncio.gather(
        *(office.asks(datetime(2009, 3, 31, 8, tzinfo=UTC)) for _ in range(6))
    )
    assert [one.id for found in asked for one in found] == [kept.id]
    async with office.database.reading() as db:
        people = list(await db.scalars(select(notices.c.telegram_id)))
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


async def wishes(db: Connection, kept: Decision, telegram_id: int, *, on: bool = True) -> Supporter:
    person = await petitions.person(db, telegram_id, NOW)
    await decisions.wish_reminder(db, kept.id, person.id, on=on, now=NOW)
    return person


async def test_a_reminder_reaches_those_who_wished_it_and_hear_nothing_else(
    office: Office,
) -> None:
    kept = await office.expects(date(2009, 11, 27))
    await delivering.listeners(office.database, office.petition, 10)
    async with office.database.transaction() as db:
        for telegram_id in (5, 20, 21, 22):
            await wishes(db, kept, telegram_id)
        await wishes(db, kept, 22, on=False)
        audience = Audience(reminder_of=kept.id)
        assert await audiences.count(db, office.petition.id, "decision", audience) == 3
        made = await ready.make(
            db,
            office.petition,
            "decision",
            Content({"en": Version("Tomorrow")}),
            author_id=None,
            now=delivering.NOW,
            audience=audience,
        )
        await life.start(db, made.id, now=delivering.NOW)
    post, clock = Post(), Clock()
    async with delivering.dispatching(office.database, post, clock):
        for _ in range(100):
            if (await delivering.told(office.database, made.id)).status == "done":
                break
            await asyncio.sleep(0.05)
    assert dict(post.arrived) == {5: 1, 20: 1, 21: 1}


async def test_a_wish_is_for_one_message_and_waits_for_it_through_a_postponement(
    office: Office,
) -> None:
    kept = await office.expects(date(2009, 11, 27))
    december = Days(date(2009, 12, 8), date(2009, 12, 8))
    async with office.database.transaction() as db:
        ada = await wishes(db, kept, 20)
        kept = await rules.postpone(db, office.petition, kept, None, by=office.owner, now=NOW)
        assert kept.remind_at is None
        kept = await rules.postpone(db, office.petition, kept, december, by=office.owner, now=NOW)
        assert await decisions.reminded_of(db, ada.id) == {kept.id}
        assert await decisions.use_wishes(db, kept.id, NOW) == 1
        assert await decisions.use_wishes(db, kept.id, NOW) == 0
        assert await decisions.reminded_of(db, ada.id) == set()
        january = Days(date(2010, 1, 8), date(2010, 1, 8))
        await rules.postpone(db, office.petition, kept, january, by=office.owner, now=NOW)
        audience = Audience(reminder_of=kept.id)
        assert await audiences.count(db, office.petition.id, "decision", audience) == 0


async def test_who_takes_the_wish_back_while_it_goes_out_is_left_out(office: Office) -> None:
    kept = await office.expects(date(2009, 11, 27))
    async with office.database.transaction() as db:
        await wishes(db, kept, 20)
        await wishes(db, kept, 21)
        made = await ready.make(
            db,
            office.petition,
            "decision",
            Content({"en": Version("Tomorrow")}),
            author_id=None,
            now=delivering.NOW,
            audience=Audience(reminder_of=kept.id),
        )
        page = await audiences.page(
            db, office.petition.id, "decision", Audience(reminder_of=kept.id), after=0, limit=10
        )

        await deliveries.add(db, made.id, page)
        await wishes(db, kept, 21, on=False)
        broadcast = await broadcasts.of(db, made.id)
        assert broadcast is not None
        claimed = await deliveries.claim(
            db, broadcast, delivering.NOW, 10, after=0, today=delivering.NOW
        )
    assert {one.telegram_id: bool(one.wants) for one in claimed} == {20: True, 21: False}


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
        frozen = await handin.frozen(db, office.petition.id)
        totals = await campaigns.totals(db, office.petition.id)
    assert frozen is not None
    assert 5 <= frozen.total <= 13
    assert frozen.total == frozen.live + frozen.offline == held[0].total
    assert (totals.total, frozen.at) == (13, at)
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
        await handin.move(db, planned, at=second, closes_signing=True, by=office.owner, now=NOW)
        times = list(await db.scalars(select(handin_dates.c.at).order_by(handin_dates.c.id)))
    assert times == [first, second]
    assert await office.freezes(first) == []
    async with office.database.transaction() as db:
        await handin.call_off(db, planned, by=office.owner, now=NOW)
    assert await office.freezes(second) == []
    async with office.database.transaction() as db:
        with pytest.raises(Settled):
            await handin.call_off(db, planned, by=office.owner, now=NOW)


async def test_what_staff_are_told_is_claimed_by_one_and_again_if_that_one_dies(
    office: Office,
) -> None:
    async with office.database.transaction() as db:
        for telegram_id in range(10, 16):
            await petitions.person(db, telegram_id, NOW)
        await staff_notices.add(
            db,
            range(10, 16),
            campaign_id=office.petition.id,
            about="decision",
            subject_id=1,
            now=NOW,
        )

    async def claims(now: datetime) -> list[int]:
        async with office.database.transaction() as db:
            found = await staff_notices.claim(
                db, now=now, lost_before=now - timedelta(minutes=5), limit=4
            )
        return [one.id for one in found]

    first, second = await asyncio.gather(claims(NOW), claims(NOW))
    rest = await claims(NOW)
    assert len({*first, *second, *rest}) == len([*first, *second, *rest]) == 6
    async with office.database.transaction() as db:
        await staff_notices.done(db, first[0], NOW)
        await staff_notices.give_back(db, second[0])
        await staff_notices.give_back(db, first[0])
    assert await claims(NOW) == [second[0]], "known not to have been sent"
    lost = [*await claims(NOW + timedelta(minutes=6)), *await claims(NOW + timedelta(minutes=6))]
    assert sorted(lost) == sorted({*first, *second, *rest} - {first[0]})
    async with office.database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(notices)) == 6
