"""Promises of delivery in chats and by email together: each person once, by the way that reaches
them, and neither way held up by the other."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from campaign import erasure, subscriptions
from campaign.broadcasts import corrections, states
from campaign.delivery import audience_walk
from campaign.delivery.lane import HOLD_SECONDS
from campaign.delivery.messenger import (
    BotRefused,
    NotDelivered,
    NotNow,
    Refused,
    Unreachable,
)
from campaign.petition import Petition
from storage import (
    audiences,
    broadcasts,
    consents,
    delivery_claims,
    delivery_stats,
    supporters,
    tables,
)
from storage import deliveries as stored_deliveries
from storage import subscriptions as stored
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import ANNOUNCEMENT, Audience
from storage.broadcasts import Broadcast
from storage.consents import NewConsent
from storage.database import Connection, Database
from storage.delivery_claims import Recipient
from storage.email_subscriptions import PURPOSE
from storage.supporters import Supporter
from tests.campaign import petitions
from tests.campaign.delivery_world import (
    NOW,
    Clock,
    Plain,
    Post,
    drafted,
    listeners,
    sender,
    started,
    told,
)
from tests.campaign.email_readers import agree_to_emails, come_by_email

HOLD = timedelta(seconds=HOLD_SECONDS)
IN_CHATS, BY_EMAIL = 120, 30


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "letters", NOW)


@dataclass
class Crowd:
    """Account numbers of people in chats, and of those by email."""

    chats: list[int]
    mails: list[int]


@pytest.fixture
async def crowd(database: Database, petition: Petition) -> Crowd:
    chats = await listeners(database, petition, IN_CHATS)
    async with database.transaction() as db:
        return Crowd(chats, await come_by_email(db, petition, BY_EMAIL))


async def ends_emails(db: Connection, petition: Petition, account: int) -> None:
    person = await known(db, account)
    ended = NewConsent(person.id, petition.id, PURPOSE, False, None, "button", NOW)
    await consents.append(db, [ended])


async def known(db: Connection, account: int) -> Supporter:
    person = await supporters.by_telegram_id(db, account)
    assert person is not None
    return person


async def by_email(database: Database, broadcast_id: int) -> dict[str, int]:
    async with database.reading() as db:
        return dict(await delivery_stats.count_by_email(db, broadcast_id))


async def test_each_way_brings_it_to_its_own_people(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail = Post(), Post()
    broadcast_id = await started(database, petition)
    await sender(database, post, mail=mail).send(broadcast_id)
    assert (post.arrived, mail.arrived) == (Counter(crowd.chats), Counter(crowd.mails))
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.sent) == ("done", IN_CHATS + BY_EMAIL)
    assert await by_email(database, broadcast_id) == {"sent": BY_EMAIL}


class Stuck(Post):
    """A mail server that takes nothing and refuses nothing until it is let go."""

    rate = 1.0  # so few are in hand

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        await self.free.wait()
        return await super().send(recipient, message)


async def test_a_slow_mail_server_holds_up_no_chat(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail = Post(), Stuck()
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, mail=mail).send(broadcast_id))
    await post.has_brought(IN_CHATS)
    assert not mail.arrived
    assert (await told(database, broadcast_id)).status == "sending"
    mail.free.set()
    await asyncio.wait_for(sending, 120)
    assert (post.arrived, mail.arrived) == (Counter(crowd.chats), Counter(crowd.mails))


class SlowComposer(Plain):
    """Waits for a picture."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        await self.free.wait()
        return await super().write(broadcast, recipients)


async def test_letters_that_are_long_in_writing_hold_up_no_chat(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail, letters = Post(), Post(), SlowComposer()
    broadcast_id = await started(database, petition)
    both = sender(database, post, mail=mail, letters=letters)
    sending = asyncio.create_task(both.send(broadcast_id))
    await post.has_brought(IN_CHATS)
    letters.free.set()
    await asyncio.wait_for(sending, 120)
    assert mail.arrived == Counter(crowd.mails)


async def test_a_sender_that_ends_while_letters_are_written_lets_them_go_first(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail, letters = Post(), Post(), SlowComposer()
    broadcast_id = await started(database, petition)
    both = sender(database, post, mail=mail, letters=letters)
    sending = asyncio.create_task(both.send(broadcast_id))
    await post.has_brought(IN_CHATS)
    both.end()
    letters.free.set()
    await asyncio.wait_for(sending, 120)
    assert set(mail.arrived) <= set(crowd.mails)
    async with database.reading() as db:
        counted = await delivery_stats.count_by_status(db, broadcast_id)
    assert "claimed" not in counted
    assert counted["sent"] == IN_CHATS + mail.arrived.total()


@pytest.mark.parametrize("fault", [BotRefused(), Refused("552 5.3.4, message too large")])
async def test_a_mail_server_that_refuses_everything_waits_alone_and_is_tried_again(
    database: Database, petition: Petition, crowd: Crowd, fault: Exception
) -> None:
    post, mail, clock = Post(), Post(), Clock(stands=True)
    mail.rate = 1.0
    mail.faults = {person: [fault] for person in crowd.mails}
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, clock, mail=mail).send(broadcast_id))
    await asyncio.wait_for(clock.idle.wait(), 120)
    assert post.arrived == Counter(crowd.chats)
    refused = sum(not planned for planned in mail.faults.values())
    assert 0 < refused < BY_EMAIL, "not tried on and on"
    assert not mail.arrived
    held = await told(database, broadcast_id)
    assert (held.status, held.paused_why) == ("sending", None)
    mail.faults = {}
    clock.ahead = HOLD - timedelta(seconds=1)
    clock.stop()
    await asyncio.wait_for(clock.idle.wait(), 120)
    assert not mail.arrived, "accounts are locked by those who try on"
    clock.ahead = HOLD + timedelta(minutes=1)
    await asyncio.wait_for(sending, 120)
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.sent + ended.failed) == ("done", IN_CHATS + BY_EMAIL)
    assert mail.arrived.total() == BY_EMAIL - ended.failed
    assert isinstance(fault, Refused) or not ended.failed


async def test_what_pauses_in_chats_pauses_the_emails_too(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail = Post(), Stuck()
    post.faults = {person: [BotRefused()] for person in crowd.chats}
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, mail=mail).send(broadcast_id))
    async with asyncio.timeout(120):
        while (await told(database, broadcast_id)).status != "paused":
            await asyncio.sleep(0.01)
    mail.free.set()
    await asyncio.wait_for(sending, 120)
    assert mail.arrived.total() < BY_EMAIL, "only what was on its way"
    post.faults = {}
    async with database.transaction() as db:
        await states.resume(db, broadcast_id, now=NOW)
    await sender(database, post, mail=mail).send(broadcast_id)
    assert (post.arrived, mail.arrived) == (Counter(crowd.chats), Counter(crowd.mails))


async def test_who_is_not_reached_in_the_chat_gets_it_by_email_if_they_agreed_to_that(
    database: Database, petition: Petition
) -> None:
    chats = await listeners(database, petition, 20)
    agreed, muted, not_agreed = chats[:6], chats[5], chats[6]
    gone_too = chats[0]
    async with database.transaction() as db:
        await agree_to_emails(db, petition, agreed)
    post, mail = Post(), Post()
    post.faults = {person: [Unreachable()] for person in [*agreed, not_agreed]}
    mail.faults = {gone_too: [Unreachable()]}
    broadcast_id = await started(database, petition)
    sending = sender(database, post, mail=mail)
    async with database.transaction() as db:
        person = await known(db, muted)
        current = await broadcasts.of(db, broadcast_id)
        assert current is not None
        await audience_walk.AudienceWalk([TELEGRAM, EMAIL], lambda _: Audience()).go_on(db, current)
        await subscriptions.choose_kind(db, petition, person, "news", hears=False, now=NOW)
    await sending.send(broadcast_id)
    assert mail.arrived == Counter(set(agreed) - {muted, gone_too})
    assert post.arrived == Counter(chats[7:])
    ended = await told(database, broadcast_id)
    assert (ended.sent, ended.unreachable, ended.left_out) == (17, 2, 1)


async def test_news_of_other_campaigns_never_goes_by_email(
    database: Database, petition: Petition
) -> None:
    (ada,) = await listeners(database, petition, 1)
    broadcast_id = await started(database, petition)
    async with database.transaction() as db:
        await agree_to_emails(db, petition, [ada])
        person = await known(db, ada)
        await stored_deliveries.add(db, broadcast_id, [person.id])
        broadcast = await broadcasts.of(db, broadcast_id)
        assert broadcast is not None
        await delivery_claims.claim(db, broadcast, NOW, 1, after=0, today=NOW)
        other = replace(broadcast, kind=ANNOUNCEMENT)
        assert await delivery_claims.send_by_email(db, other, [person.id]) == set()
        assert await delivery_claims.send_by_email(db, broadcast, [person.id]) == {person.id}


async def test_who_ends_emails_or_is_erased_meanwhile_gets_none(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail = Post(), Post()
    ends, mutes, erased, lost = crowd.mails[-4:]
    broadcast_id = await started(database, petition)
    async with database.transaction() as db:
        current = await broadcasts.of(db, broadcast_id)
        assert current is not None
        await audience_walk.AudienceWalk([TELEGRAM, EMAIL], lambda _: Audience()).go_on(db, current)
        await ends_emails(db, petition, ends)
        await subscriptions.choose_kind(
            db, petition, await known(db, mutes), "news", hears=False, now=NOW
        )
        await erasure.erase(db, await known(db, erased), now=NOW)
        await db.execute(
            update(tables.addresses)
            .where(tables.addresses.c.supporter_id == (await known(db, lost)).id)
            .values(reachable=False)
        )
    await sender(database, post, mail=mail).send(broadcast_id)
    assert mail.arrived == Counter(crowd.mails[:-4])
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.left_out) == ("done", 4)


async def test_quiet_hours_of_ones_own_hold_for_emails(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    late_riser = crowd.mails[3]
    async with database.transaction() as db:
        person = await known(db, late_riser)
        await stored.choose_quiet_hours(db, person.id, "22:00-11:00")
    post, mail, clock = Post(), Post(), Clock(stands=True)
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, clock, mail=mail).send(broadcast_id))
    await asyncio.wait_for(clock.idle.wait(), 120)
    assert mail.arrived == Counter(set(crowd.mails) - {late_riser})
    clock.ahead = timedelta(hours=2)
    await asyncio.wait_for(sending, 120)
    assert mail.arrived == Counter(crowd.mails)


async def followed(database: Database, broadcast_id: int, act: str) -> int:
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        if act == "retract":
            return (await corrections.retract(db, broadcast_id, author.id, now=NOW)).id
        draft = await corrections.correct(db, broadcast_id, author.id, now=NOW)
        await states.change(db, draft, now=NOW, content={"words": "better"})
        await states.start(db, draft.id, now=NOW)
        return draft.id


async def test_a_correction_goes_by_email_again_and_what_is_taken_back_does_not(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail = Post(), Post()
    broadcast_id = await started(database, petition)
    await sender(database, post, mail=mail).send(broadcast_id)
    ended, leaves = crowd.mails[0], crowd.chats[0]
    async with database.transaction() as db:
        await ends_emails(db, petition, ended)
        await subscriptions.stop_all(db, await known(db, leaves), method="command", now=NOW)
    correction = await followed(database, broadcast_id, "correct")
    await sender(database, post, mail=mail).send(correction)
    assert post.arrived == Counter(crowd.chats * 2), "theirs is changed where it stands"
    assert mail.arrived == Counter(crowd.mails + crowd.mails[1:]), "who ended emails gets none"
    assert (await told(database, correction)).left_out == 1
    retraction = await followed(database, broadcast_id, "retract")
    await sender(database, post, mail=mail).send(retraction)
    assert mail.arrived.total() == 2 * BY_EMAIL - 1
    assert (await told(database, retraction)).total == IN_CHATS


async def test_what_has_failed_is_tried_again_by_its_own_way(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail = Post(), Post()
    post.faults = {crowd.chats[5]: [Refused("no")]}
    mail.faults = {crowd.mails[5]: [Refused("554 5.7.1")]}
    broadcast_id = await started(database, petition)
    await sender(database, post, mail=mail).send(broadcast_id)
    assert (await told(database, broadcast_id)).failed == 2
    async with database.transaction() as db:
        assert await states.retry_failed(db, broadcast_id) == 2
    await sender(database, post, mail=mail).send(broadcast_id)
    assert (post.arrived, mail.arrived) == (Counter(crowd.chats), Counter(crowd.mails))
    assert (await told(database, broadcast_id)).failed == 0


async def test_a_clock_that_is_set_back_does_not_hold_the_emails_for_a_year(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail, clock = Post(), Post(), Clock(stands=True)
    mail.faults = {person: [BotRefused()] for person in crowd.mails}
    broadcast_id = await started(database, petition)
    clock._ahead = timedelta(days=365)
    sending = asyncio.create_task(sender(database, post, clock, mail=mail).send(broadcast_id))
    await asyncio.wait_for(clock.idle.wait(), 120)
    mail.faults = {}
    clock.ahead = timedelta()
    await asyncio.wait_for(sending, 120)
    assert clock.ahead < timedelta(days=1)
    assert mail.arrived == Counter(crowd.mails)


async def test_a_mailbox_that_takes_nothing_for_half_a_day_gets_it_then(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    """Greylisting takes a letter that comes again after some minutes, and none before."""
    post, mail = Post(), Post()
    clock = Clock()
    grey, never = crowd.mails[:10], crowd.mails[10]
    mail.faults = {
        **{person: [NotDelivered() for _ in range(25)] for person in grey},
        never: [NotDelivered() for _ in range(1000)],
    }
    clock.stride = timedelta(minutes=4)
    broadcast_id = await started(database, petition)
    await asyncio.wait_for(sender(database, post, clock, mail=mail).send(broadcast_id), 300)
    assert mail.arrived == Counter(set(crowd.mails) - {never})
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.failed) == ("done", 1)
    assert timedelta(hours=22) < clock.ahead < timedelta(hours=30), "given up after a day"


async def test_a_server_that_is_away_uses_up_nobodys_tries(
    database: Database, petition: Petition, crowd: Crowd
) -> None:
    post, mail, clock = Post(), Post(), Clock(stride=timedelta(seconds=30))
    mail.faults = {crowd.mails[0]: [*(NotNow(60) for _ in range(100)), NotDelivered()]}
    post.faults = {crowd.chats[0]: [*(NotNow(60) for _ in range(10)), NotDelivered()]}
    broadcast_id = await started(database, petition)
    await asyncio.wait_for(sender(database, post, clock, mail=mail).send(broadcast_id), 120)
    assert (post.arrived, mail.arrived) == (Counter(crowd.chats), Counter(crowd.mails))


WAYS = st.builds(
    dict,
    chat=st.booleans(),
    reachable=st.booleans(),
    email=st.booleans(),
    address=st.sampled_from(["good", "unproved", "lost", "none"]),
    muted=st.sampled_from([False, False, True]),
)
_numbers = count(1)


@given(ways=st.lists(WAYS, max_size=12))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whoever_hears_in_whatever_way_gets_it_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, ways: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(audience_walk, "PAGE", 3)
    example = next(_numbers)
    first = example * 1000
    petition = await petitions.published(database, f"mix-{example}", NOW)
    chats, mails = [], []
    async with database.transaction() as db:
        for number, way in enumerate(ways, first):
            person = await petitions.person(db, number, NOW)
            if way["chat"]:
                await subscriptions.choose(db, petition, person, hears=True, language="en", now=NOW)
            if way["email"]:
                await agree_to_emails(db, petition, [number])
                await _spoil(db, person, way["address"])
            if not way["reachable"]:
                await supporters.set_reachable(db, number, False)
            if way["muted"]:
                await subscriptions.choose_kind(db, petition, person, "news", hears=False, now=NOW)
            elif way["chat"] and way["reachable"]:
                chats.append(number)
            elif way["email"] and way["address"] == "good":
                mails.append(number)
    async with database.reading() as db:
        foretold = await audiences.count_by_channel(db, petition.id, "news", Audience())
    assert foretold == {TELEGRAM: len(chats), EMAIL: len(mails)}
    broadcast_id = await drafted(database, petition)
    async with database.transaction() as db:
        await states.start(db, broadcast_id, now=NOW)
    post, mail = Post(), Post()
    await sender(database, post, mail=mail).send(broadcast_id)
    assert (post.arrived, mail.arrived) == (Counter(chats), Counter(mails))
    assert (await told(database, broadcast_id)).total == len(chats) + len(mails)


async def _spoil(db: Connection, person: Supporter, how: str) -> None:
    theirs = tables.addresses.c.supporter_id == person.id, tables.addresses.c.channel == EMAIL
    if how == "unproved":
        await db.execute(update(tables.addresses).where(*theirs).values(verified_at=None))
    elif how == "lost":
        await db.execute(update(tables.addresses).where(*theirs).values(reachable=False))
    elif how == "none":
        await db.execute(tables.addresses.delete().where(*theirs))
