"""Promises to people who wish to be reminded of a decision, on both engines."""

from datetime import date

import pytest

from campaign import decisions as rules
from campaign.broadcasts import drafts, states
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.day_parser import Days
from storage import audiences, broadcasts, decisions, deliveries, delivery_claims
from storage.audiences import Audience
from storage.database import Connection, Database
from storage.decisions import Decision
from storage.supporters import Supporter
from tests.campaign import delivery_world, petitions
from tests.campaign.delivery_world import Clock, Post
from tests.campaign.office import NOW, Office, office_in


@pytest.fixture
async def office(database: Database) -> Office:
    return await office_in(database)


async def wishes(db: Connection, kept: Decision, telegram_id: int, *, on: bool = True) -> Supporter:
    person = await petitions.person(db, telegram_id, NOW)
    await decisions.wish_reminder(db, kept.id, person.id, on=on, now=NOW)
    return person


async def test_a_reminder_reaches_those_who_wished_it_and_hear_nothing_else(
    office: Office,
) -> None:
    kept = await office.expects(date(2009, 11, 27))
    await delivery_world.listeners(office.database, office.petition, 10)
    async with office.database.transaction() as db:
        for telegram_id in (5, 20, 21, 22):
            await wishes(db, kept, telegram_id)
        await wishes(db, kept, 22, on=False)
        audience = Audience(reminder_of=kept.id)
        assert await audiences.count(db, office.petition.id, "decision", audience) == 3
        made = await drafts.make(
            db,
            office.petition,
            "decision",
            Content({"en": Version("Tomorrow")}),
            author_id=None,
            now=delivery_world.NOW,
            audience=audience,
        )
        await states.start(db, made.id, now=delivery_world.NOW)
    post, clock = Post(), Clock()
    async with delivery_world.dispatching(office.database, post, clock):
        await delivery_world.done(office.database, made.id)
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
        made = await drafts.make(
            db,
            office.petition,
            "decision",
            Content({"en": Version("Tomorrow")}),
            author_id=None,
            now=delivery_world.NOW,
            audience=Audience(reminder_of=kept.id),
        )
        page = await audiences.page(
            db, office.petition.id, "decision", Audience(reminder_of=kept.id), after=0, limit=10
        )

        await deliveries.add(db, made.id, page)
        await wishes(db, kept, 21, on=False)
        broadcast = await broadcasts.of(db, made.id)
        assert broadcast is not None
        claimed = await delivery_claims.claim(
            db, broadcast, delivery_world.NOW, 10, after=0, today=delivery_world.NOW
        )
    assert {one.telegram_id: bool(one.wants) for one in claimed} == {20: True, 21: False}
