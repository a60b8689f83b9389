"""Promises to people who wish to be reminded of a decision, on both engines."""

from datetime import date

import pytest

from campaign import decisions as rules
from campaign import email_updates
from campaign.broadcasts import drafts, states
from campaign.broadcasts.content import Content, Version
from campaign.broadcasts.day_parser import Days
from campaign.delivery.messenger import Unreachable
from storage import (
    accounts,
    audiences,
    broadcasts,
    decisions,
    deliveries,
    delivery_claims,
    supporters,
)
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import Audience
from storage.database import Connection, Database
from storage.decisions import Decision
from storage.supporters import Supporter
from tests.campaign import delivery_world, petitions
from tests.campaign.delivery_world import Clock, Post
from tests.campaign.email_readers import agree_to_emails, come_by_browser
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
            *(db, office.petition.id, "decision", Audience(reminder_of=kept.id)),
            channels=[TELEGRAM],
            after=0,
            limit=10,
        )

        await deliveries.add(db, made.id, list(page))
        await wishes(db, kept, 21, on=False)
        broadcast = await broadcasts.of(db, made.id)
        assert broadcast is not None
        claimed = await delivery_claims.claim(
            db, broadcast, delivery_world.NOW, 10, after=0, today=delivery_world.NOW
        )
    assert {one.telegram_id: bool(one.wants) for one in claimed} == {20: True, 21: False}


async def test_a_reminder_goes_by_email_to_who_hears_of_the_petition_there_alone(
    office: Office,
) -> None:
    """In the chat, to 20; by email, to 21, who has no chat, and to 22, who has just blocked it."""
    kept = await office.expects(date(2009, 11, 27))
    petition, mine = office.petition, accounts.FIRST_OWN
    async with office.database.transaction() as db:
        await come_by_browser(db, 3, first=0)
        for who in (20, 22, 23, mine, mine + 1, mine + 2):
            await wishes(db, kept, who)
        for who in (23, mine, mine + 1, mine + 2):
            await supporters.set_reachable(db, who, False)
        await agree_to_emails(db, petition, [20, 22, mine, mine + 2])
        ended = await supporters.by_telegram_id(db, mine + 2)
        assert ended is not None
        await email_updates.stop(db, petition.id, ended.id, method="button", now=NOW)
        audience = Audience(reminder_of=kept.id)
        through = await audiences.count_by_channel(db, petition.id, "decision", audience)
        assert through == {TELEGRAM: 2, EMAIL: 1}
        content = Content({"en": Version("Tomorrow")})
        at = delivery_world.NOW
        made = await drafts.make(
            db, petition, "decision", content, author_id=None, now=at, audience=audience
        )
        await states.start(db, made.id, now=at)
    post, mail = Post(), Post()
    post.faults = {22: [Unreachable()]}
    await delivery_world.sender(office.database, post, mail=mail).send(made.id)
    assert dict(post.arrived) == {20: 1}
    assert dict(mail.arrived) == {mine: 1, 22: 1}
