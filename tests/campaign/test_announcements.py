"""Promises of who is told of a new campaign, on both engines."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from campaign import subscriptions
from campaign.broadcasts import announcements
from campaign.catalogue import publish
from campaign.errors import WordingChanged
from campaign.petition import Petition
from campaign.signing import previous_answers, sign
from campaign.signing.choices import Choices
from storage import audiences, broadcasts, deliveries, other_campaigns, signatures, supporters
from storage.addresses import TELEGRAM
from storage.audiences import ANNOUNCEMENT, Audience
from storage.database import Connection, Database
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.campaign.delivery_world import NOW, Post, sender, started, told

DAY = timedelta(days=1)


@pytest.fixture
async def first(database: Database) -> Petition:
    return await petitions.published(database, "first", NOW)


@pytest.fixture
async def second(database: Database, first: Petition) -> Petition:
    return await petitions.published(database, "second", NOW)


async def signs(
    db: Connection, petition: Petition, telegram_id: int, *, other: bool = False, days: int = 0
) -> Supporter:
    person = await petitions.person(db, telegram_id, NOW)
    await sign.sign(
        db,
        petition,
        person,
        {"name": f"Ada {telegram_id}", "postcode": "SW1A 1AA"},
        choices=Choices(other=other),
        shown=petition.shown("en"),
        language="en",
        now=NOW + days * DAY,
    )
    return person


async def audience(db: Connection, petition: Petition) -> set[int]:
    """Whom an announcement would reach, page by page, after comparing it with the number."""
    found: list[int] = []
    asked = (db, petition.id, ANNOUNCEMENT, announcements.AUDIENCE)
    while page := await audiences.page(
        *asked, channels=[TELEGRAM], after=max(found, default=0), limit=2
    ):
        found += page
    assert len(found) == len(set(found)), "each once"
    assert len(found) == await audiences.count(*asked)
    return set(found)


async def test_only_those_who_agreed_can_be_reached_and_have_not_signed_are_meant(
    database: Database, first: Petition, second: Petition
) -> None:
    third = await petitions.published(database, "third", NOW)
    async with database.transaction() as db:
        meant = [await signs(db, first, who, other=True) for who in (1, 2, 3)]
        meant += [await signs(db, petition, 4, other=True) for petition in (first, third)]
        await signs(db, first, 5)
        for petition in (first, second):
            await signs(db, petition, 6, other=True)
        away = await signs(db, first, 7, other=True)
        await supporters.lose(db, [away.id])
        left = await signs(db, first, 8, other=True)
        await subscriptions.hear_of_no_others(db, third.id, left, now=NOW)
        took_back = await signs(db, first, 9, other=True)
        await signs(db, second, 9)
        await sign.withdraw(db, second, took_back, now=NOW)
        muted = await signs(db, first, 10, other=True)
        await subscriptions.choose_kind(db, second, muted, ANNOUNCEMENT, hears=False, now=NOW)
        await signs(db, second, 11, other=True)
        assert await audience(db, second) == {one.id for one in meant}
        in_welsh = Audience(who="other_campaigns", languages=("cy",))
        assert await audiences.count(db, second.id, ANNOUNCEMENT, in_welsh) == 0


async def test_a_campaign_of_other_controllers_reaches_nobody(
    database: Database, first: Petition
) -> None:
    example = petitions.example()
    both = (*example.controllers, "Somebody else")
    strangers = example.model_copy(update={"slug": "strangers", "controllers": both})
    other = await publish(database, strangers, now=NOW)
    async with database.transaction() as db:
        ada = await signs(db, first, 1, other=True)
        assert await audience(db, other) == set()
        with pytest.raises(announcements.NotForThis) as refused:
            await announcements.check(db, other)
        assert refused.value.why == "controllers"
    turned = strangers.model_copy(update={"slug": "more", "controllers": both[::-1]})
    more = await publish(database, turned, now=NOW)
    async with database.transaction() as db:
        await announcements.check(db, more)
        assert await audience(db, more) == set()
        assert not await subscriptions.hears_of_others(db, more.id, ada)
    await publish(
        database,
        strangers.model_copy(update={"controllers": example.controllers, "status": "closed"}),
        now=NOW,
    )
    async with database.transaction() as db:
        assert await audience(db, other) == {ada.id}


async def test_whether_they_still_want_it_is_asked_when_it_is_sent(
    database: Database, first: Petition, second: Petition
) -> None:
    async with database.transaction() as db:
        people = [await signs(db, first, who, other=True) for who in range(1, 6)]
    announced = await started(database, second, ANNOUNCEMENT)
    async with database.transaction() as db:
        await deliveries.add(db, announced, [one.id for one in people])
        await broadcasts.count(db, announced, {"total": len(people)})
        await broadcasts.walk_to(db, announced, people[-1].id, walked=True)
        await subscriptions.hear_of_no_others(db, first.id, people[0], now=NOW)
        await signs(db, second, people[1].telegram_id)
        await subscriptions.stop_all(db, people[2], method="command", now=NOW)
        await supporters.lose(db, [people[3].id])
    post = Post()
    await sender(database, post).send(announced)
    assert post.arrived == {people[4].telegram_id: 1}
    done = await told(database, announced)
    assert (done.sent, done.left_out) == (1, 4)


async def test_who_agreed_is_kept_as_the_ledger_has_it_whatever_people_choose(
    database: Database, first: Petition, second: Petition
) -> None:
    choice = random.Random(7)
    both = (first, second)
    for _ in range(60):
        async with database.transaction() as db:
            person = await petitions.person(db, choice.randint(1, 4), NOW)
            petition, act = choice.choice(both), choice.randint(0, 3)
            shown = petition.shown("en").other
            assert shown is not None
            if act == 0:
                await subscriptions.hear_of_others(
                    db, petition, person, shown=shown, language="en", now=NOW
                )
            elif act == 1:
                await subscriptions.hear_of_no_others(db, petition.id, person, now=NOW)
            elif act == 2:
                await subscriptions.stop_all(db, person, method="command", now=NOW)
            elif await signatures.of(db, petition.id, person.id) is None:
                await signs(db, petition, person.telegram_id, other=choice.random() < 0.5)
            for one in both:
                kept = await other_campaigns.all_of(db, one.id)
                assert kept == await other_campaigns.recount(db, one.id)


async def test_words_that_were_not_shown_are_not_agreed_to(
    database: Database, first: Petition, second: Petition
) -> None:
    async with database.transaction() as db:
        ada = await petitions.person(db, 1, NOW)
        shown = second.shown("en").other
        assert shown is not None
        with pytest.raises(WordingChanged):
            await subscriptions.hear_of_others(db, first, ada, shown=shown, language="en", now=NOW)
        assert not await subscriptions.hears_of_others(db, first.id, ada)


async def test_earlier_answers_are_those_of_live_signatures_the_newest_first(
    database: Database, first: Petition, second: Petition
) -> None:
    third = await petitions.published(database, "third", NOW)
    kinds = ("name", "postcode", "phone")
    async with database.transaction() as db:
        ada = await signs(db, first, 1)
        await signs(db, second, 1, days=300)
        found = await previous_answers.answers(db, ada.id, third.id, kinds)
        assert [one.campaign_id for one in found] == [second.id, first.id]
        assert found[0].answers == {"name": "Ada 1", "postcode": "SW1A 1AA"}
        changed = {"name": "Ada King", "postcode": "E1 6AN", "comment": "Why"}
        later = datetime(2010, 12, 1, tzinfo=UTC)
        await sign.change(db, first, ada, changed, now=later)
        newest, _ = await previous_answers.answers(db, ada.id, third.id, (*kinds, "comment"))
        assert (newest.campaign_id, newest.given_at) == (first.id, later)
        assert "comment" not in newest.answers, "it is about that petition"
        assert [
            one.campaign_id for one in await previous_answers.answers(db, ada.id, first.id, kinds)
        ] == [second.id]
        await sign.withdraw(db, first, ada, now=later)
        await sign.withdraw(db, second, ada, now=later)
        assert await previous_answers.answers(db, ada.id, third.id, kinds) == []
