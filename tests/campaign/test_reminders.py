"""Promises about reminders on both engines: who is claimed, once, and who never."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from campaign import reminders, subscriptions
from campaign.petition import Petition
from campaign.signing import sign
from campaign.signing.choices import Choices
from storage import broadcasts, deliveries, delivery_claims, dialogs, referral_links
from storage.database import Connection, Database
from storage.deliveries import Outcome
from storage.reminders import Due
from storage.supporters import Supporter
from tests.campaign.petitions import person, published

NOON = datetime(2009, 11, 3, 12, tzinfo=UTC)


async def signs(
    db: Connection, petition: Petition, who: int, now: datetime = NOON, *, updates: bool = True
) -> Supporter:
    supporter = await person(db, who, now)
    await sign.sign(
        db,
        petition,
        supporter,
        {"name": f"Ada {who}", "postcode": "SW1A 1AA"},
        choices=Choices(updates=updates),
        shown=petition.shown("en"),
        language="en",
        now=now,
    )
    return supporter


async def begins(db: Connection, petition: Petition, who: int, now: datetime = NOON) -> Supporter:
    supporter, dialog = await dialogs.open(
        db, telegram_id=who, first_name="Ada", telegram_language="en", now=now
    )
    form = {str(petition.id): {"answers": {}}}
    await dialogs.save(db, replace(dialog, answers=form, updated_at=now))
    await reminders.arm(db, petition, supporter.id, "unfinished", now=now)
    return supporter


async def claim(database: Database, petition: Petition, now: datetime) -> Due | None:
    async with database.transaction() as db:
        found, _ = await reminders.claim_next(db, {petition.id: petition}, now=now)
    return found


async def test_several_processes_remind_each_person_once(database: Database) -> None:
    petition = await published(database, "unit", NOON)
    async with database.transaction() as db:
        for who in range(1, 13):
            await begins(db, petition, who)
    due = NOON + timedelta(days=1, hours=1)

    async def works() -> list[int]:
        mine = []
        while (one := await claim(database, petition, due)) is not None:
            mine.append(one.supporter_id)
        return mine

    claimed = [one for mine in await asyncio.gather(*(works() for _ in range(4))) for one in mine]
    assert sorted(claimed) == sorted(set(claimed))
    rest = []
    while (one := await claim(database, petition, due)) is not None:  # passed over while locked
        rest.append(one.supporter_id)
    assert len(claimed) + len(rest) == 12


async def test_a_claim_takes_one_and_what_was_not_sent_comes_back_once(database: Database) -> None:
    petition = await published(database, "unit", NOON)
    async with database.transaction() as db:
        await begins(db, petition, 1)
        await begins(db, petition, 2, NOON + timedelta(minutes=1))
    due = NOON + timedelta(days=1, hours=1)
    first = await claim(database, petition, due)
    assert first is not None
    async with database.transaction() as db:
        await reminders.give_back(db, first)
    found = [await claim(database, petition, due) for _ in range(3)]
    assert [one.supporter_id for one in found if one] == [1, 2]


async def test_a_refusal_while_it_was_on_its_way_stands(database: Database) -> None:
    petition = await published(database, "unit", NOON)
    async with database.transaction() as db:
        ada = await begins(db, petition, 1)
    due = NOON + timedelta(days=1)
    one = await claim(database, petition, due)
    assert one is not None
    async with database.transaction() as db:
        await reminders.decline(db, petition, ada, "unfinished", now=due)
        await reminders.give_back(db, one)
        await reminders.arm(db, petition, ada.id, "unfinished", now=due)
    assert await claim(database, petition, due + timedelta(days=3)) is None


async def test_dropped_is_not_asked_so_a_second_beginning_may_be(database: Database) -> None:
    petition = await published(database, "unit", NOON)
    async with database.transaction() as db:
        ada = await begins(db, petition, 1)
        _, dialog = await dialogs.open(
            db, telegram_id=1, first_name="Ada", telegram_language="en", now=NOON
        )
        await dialogs.save(db, replace(dialog, answers={}, updated_at=NOON))
    assert await claim(database, petition, NOON + timedelta(days=2)) is None
    async with database.transaction() as db:
        await begins(db, petition, 1, NOON + timedelta(days=3))
    found = await claim(database, petition, NOON + timedelta(days=5))
    assert found is not None
    assert found.supporter_id == ada.id


async def test_a_share_reminder_goes_to_those_who_still_want_it(database: Database) -> None:
    petition = await published(database, "unit", NOON)
    async with database.transaction() as db:
        people = [await signs(db, petition, who) for who in range(1, 7)]
        quiet, left, withdrew, muted, stopped, wants = people
        await signs(db, petition, 8, updates=False)
        link = await referral_links.add(
            db, campaign_id=petition.id, code="r_1", kind="person", now=NOON, supporter_id=quiet.id
        )
        assert link is not None
        await referral_links.share(db, link.id, NOON)
        await subscriptions.choose(db, petition, left, hears=False, language="en", now=NOON)
        await sign.withdraw(db, petition, withdrew, now=NOON)
        await subscriptions.choose_kind(db, petition, muted, "reminder", hears=False, now=NOON)
        await subscriptions.stop_all(db, stopped, method="command", now=NOON)
        await subscriptions.choose(db, petition, stopped, hears=True, language="en", now=NOON)
    due = NOON + timedelta(days=3)
    found = await claim(database, petition, due)
    assert found is not None
    assert found.supporter_id == wants.id
    assert await claim(database, petition, due) is None


async def test_most_a_day_and_both_quiet_hours_make_it_wait_over_the_change_of_clocks(
    database: Database,
) -> None:
    saturday = datetime(2027, 3, 27, 12, tzinfo=UTC)
    petition = await published(database, "unit", saturday - timedelta(days=3))
    hours = {"quiet_hours": "21:00-08:00", "most_a_day": 1}
    petition = replace(petition, definition=petition.definition.model_copy(update=hours))
    async with database.transaction() as db:
        ada = await signs(db, petition, 1, saturday - timedelta(days=3))
        sent = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind="news",
            author_id=None,
            content={},
            audience={},
            options={},
            now=saturday,
        )
        await deliveries.add(db, sent.id, [ada.id])
        await delivery_claims.claim(db, sent, saturday, 5, after=0, today=saturday)
        await deliveries.record(db, sent.id, [Outcome(ada.id, "sent")], saturday)
    assert await claim(database, petition, saturday + timedelta(hours=1)) is None
    midnight = datetime(2027, 3, 28, 0, 0, 1, tzinfo=UTC)
    assert await claim(database, petition, midnight) is None
    eight_in_summer = datetime(2027, 3, 28, 7, tzinfo=UTC)
    assert await claim(database, petition, eight_in_summer - timedelta(seconds=1)) is None
    assert await claim(database, petition, eight_in_summer) is not None


async def test_a_long_queue_of_settled_ones_does_not_hide_the_next(database: Database) -> None:
    petition = await published(database, "unit", NOON)
    async with database.transaction() as db:
        for who in range(1, 6):
            await reminders.arm(db, petition, (await person(db, who, NOON)).id, "share", now=NOON)
        await signs(db, petition, 9, NOON + timedelta(minutes=1))
    due, found, looks = NOON + timedelta(days=4), None, 0
    more = True
    while more and found is None:
        async with database.transaction() as db:
            found, more = await reminders.claim_next(
                db, {petition.id: petition}, now=due, look_at=2
            )
        looks += 1
    assert found is not None
    assert looks == 3
