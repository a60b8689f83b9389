"""Promises of delivery, with a messenger that fails in every way there is."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from campaign import subscriptions
from campaign.broadcasts import states
from campaign.delivery.lane import MOST_IN_HAND
from campaign.delivery.messenger import (
    BotRefused,
    FateUnknown,
    NotDelivered,
    NotNow,
    Refused,
    Unreachable,
)
from campaign.delivery.sender import TakenOver
from campaign.petition import Petition
from storage import broadcasts, delivery_stats, supporters
from storage import subscriptions as stored
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.delivery_claims import Recipient
from tests import engines
from tests.amount import cases
from tests.campaign import petitions
from tests.campaign.delivery_world import (
    NOW,
    PEOPLE,
    Clock,
    Plain,
    Post,
    dispatch,
    done,
    drafted,
    listeners,
    sender,
    started,
    told,
)


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "updates", NOW)


async def test_everybody_who_chose_to_hear_gets_it_once(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition)
    async with database.transaction() as db:
        await petitions.person(db, PEOPLE + 1, NOW)
    post = Post()
    broadcast_id = await started(database, petition)
    await sender(database, post).send(broadcast_id)
    assert post.arrived == Counter(people)
    sent = await told(database, broadcast_id)
    assert (sent.status, sent.sent, sent.ended) == ("done", PEOPLE, PEOPLE)
    assert post.most_under_way <= MOST_IN_HAND


async def test_each_fault_ends_as_it_should(database: Database, petition: Petition) -> None:
    await listeners(database, petition, 7)
    post = Post()
    post.faults = {
        1: [Unreachable()],
        2: [Refused("chat not found")],
        3: [FateUnknown()],
        4: [NotDelivered(), NotDelivered()],
        5: [NotNow(1)],
    }
    clock = Clock(stands=True)
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, clock).send(broadcast_id))
    await clock.idle.wait()
    assert (await told(database, broadcast_id)).status == "sending"
    clock.ahead = timedelta(minutes=10)
    await asyncio.wait_for(sending, 120)
    sent = await told(database, broadcast_id)
    assert (sent.sent, sent.unreachable, sent.failed, sent.unknown) == (4, 1, 1, 1)
    assert post.arrived == Counter([3, 4, 5, 6, 7])
    async with database.reading() as db:
        gone = await supporters.by_telegram_id(db, 1)
        failed = await delivery_stats.reasons(db, broadcast_id, 10)
    assert gone is not None
    assert not gone.reachable
    assert failed == [("chat not found", 1)]


async def test_who_has_had_enough_today_gets_the_rest_tomorrow(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, 20)
    post, clock = Post(), Clock()
    for number in (1, 2):
        broadcast_id = await started(database, petition, most_a_day=2)
        await sender(database, post, clock).send(broadcast_id)
        assert post.arrived == Counter(people * number)
    third = await started(database, petition, most_a_day=2)
    clock.stop()
    sending = asyncio.create_task(sender(database, post, clock).send(third))
    await clock.idle.wait()
    waiting = await told(database, third)
    assert (waiting.status, waiting.sent, waiting.total) == ("sending", 0, 20)
    decision = await started(database, petition, "decision", most_a_day=2)
    await sender(database, post, clock).send(decision)
    assert post.arrived == Counter(people * 3), "a decision does not wait"
    clock.ahead = timedelta(hours=14, minutes=31)  # it was half past nine
    await asyncio.wait_for(sending, 120)
    assert post.arrived == Counter(people * 4)
    assert (await told(database, third)).sent == 20


async def test_who_wants_quiet_hours_of_their_own_gets_it_after_them(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 3)
    async with database.transaction() as db:
        late_riser = await supporters.by_telegram_id(db, 2)
        assert late_riser is not None
        await stored.choose_quiet_hours(db, late_riser.id, "22:00-11:00")
    post, clock = Post(), Clock(stands=True)
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, clock).send(broadcast_id))
    await clock.idle.wait()
    assert post.arrived == Counter([1, 3])
    hurried = await started(database, petition, "decision", in_quiet_hours=True)
    await sender(database, post, clock).send(hurried)
    assert post.arrived == Counter([1, 3, 1, 2, 3])
    clock.ahead = timedelta(hours=1, minutes=31)
    await asyncio.wait_for(sending, 120)
    assert post.arrived == Counter([1, 2, 3] * 2)


async def test_those_who_wait_hold_up_nobody_and_are_not_given_up(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, cases(short=150, full=300))
    waiting = people[: len(people) * 2 // 3]
    async with database.transaction() as db:
        for telegram_id in waiting:
            person = await supporters.by_telegram_id(db, telegram_id)
            assert person is not None
            await stored.choose_quiet_hours(db, person.id, "22:00-11:00")
    post, clock = Post(), Clock(stands=True)
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post, clock).send(broadcast_id))
    await clock.idle.wait()
    assert post.arrived == Counter(people[len(waiting) :])
    clock.ahead = timedelta(hours=2)
    await asyncio.wait_for(sending, 120)
    sent = await told(database, broadcast_id)
    assert (sent.status, sent.sent) == ("done", len(people))


async def test_a_decision_whose_fate_is_unknown_is_sent_again(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 2)
    post = Post()
    post.faults = {1: [FateUnknown()]}
    broadcast_id = await started(database, petition, "decision")
    await sender(database, post).send(broadcast_id)
    assert post.arrived == Counter({1: 2, 2: 1})
    assert (await told(database, broadcast_id)).unknown == 0


async def test_one_who_cannot_be_sent_to_is_given_up_at_last(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 2)
    post = Post()
    post.faults = {1: [NotDelivered() for _ in range(50)]}
    clock = Clock(stride=timedelta(minutes=10))
    broadcast_id = await started(database, petition)
    await sender(database, post, clock).send(broadcast_id)
    sent = await told(database, broadcast_id)
    assert (sent.status, sent.sent, sent.failed) == ("done", 1, 1)


async def test_a_tenth_failing_at_random_keeps_nobody_from_it(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, cases(short=150, full=400))
    post = Post(chance=0.1, seed=7)
    broadcast_id = await started(database, petition)
    await sender(database, post).send(broadcast_id)
    assert post.arrived == Counter(people)


async def test_who_leaves_or_wants_no_more_of_that_kind_meanwhile_is_left_out(
    database: Database, petition: Petition
) -> None:
    *_, leaves, wants_less, wants_other = await listeners(
        database, petition, cases(short=200, full=600)
    )
    post = Post(pause=0.01)
    broadcast_id = await started(database, petition)
    sending = asyncio.create_task(sender(database, post).send(broadcast_id))
    await post.has_brought(1)
    async with database.transaction() as db:
        last = await petitions.person(db, leaves, NOW)
        await subscriptions.stop_all(db, last, method="command", now=NOW)
        before = await petitions.person(db, wants_less, NOW)
        await subscriptions.choose_kind(db, petition, before, "news", hears=False, now=NOW)
        other = await petitions.person(db, wants_other, NOW)
        await subscriptions.choose_kind(db, petition, other, "event", hears=False, now=NOW)
    await sending
    assert {leaves, wants_less, wants_other} & set(post.arrived) == {wants_other}
    assert (await told(database, broadcast_id)).left_out <= 2


async def test_it_waits_for_the_morning_and_goes_on_then(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 5)
    clock = Clock()
    clock.ahead = timedelta(hours=14)  # from half past nine to half past eleven at night
    clock.stop()
    sending = {}
    for kind, in_quiet_hours in (("news", True), ("decision", False), ("decision", True)):
        broadcast_id = await drafted(database, petition, kind)
        options = states.Options(quiet_hours="21:00-08:00", in_quiet_hours=in_quiet_hours)
        async with database.transaction() as db:
            draft = await broadcasts.of(db, broadcast_id)
            assert draft is not None
            await states.change(db, draft, now=NOW, options=options.to_dict())
            await states.start(db, broadcast_id, now=NOW)
        task = asyncio.create_task(sender(database, Post(), clock).send(broadcast_id))
        sending[broadcast_id] = task
    *waiting, urgent = sending
    await asyncio.wait_for(sending[urgent], 120)
    assert (await told(database, urgent)).sent == 5
    assert [(await told(database, one)).sent for one in waiting] == [0, 0]
    clock.ahead += timedelta(hours=9)
    await asyncio.wait_for(asyncio.gather(*sending.values()), 120)
    assert [(await told(database, one)).sent for one in waiting] == [5, 5]


async def test_a_pause_stops_and_resuming_skips_and_repeats_nobody(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition)
    post = Post(pause=0.01)
    broadcast_id = await started(database, petition)
    for turn in range(1, 4):
        sending = asyncio.create_task(sender(database, post).send(broadcast_id))
        await post.has_brought(turn * PEOPLE // 5)
        async with database.transaction() as db:
            await states.pause(db, broadcast_id)
        await asyncio.wait_for(sending, 120)
        now = await told(database, broadcast_id)
        assert (now.status, now.sent) == ("paused", len(post.arrived))
        async with database.transaction() as db:
            await states.resume(db, broadcast_id, now=NOW)
    await sender(database, post).send(broadcast_id)
    assert post.arrived == Counter(people)


async def test_a_long_wait_pauses_the_broadcast(database: Database, petition: Petition) -> None:
    await listeners(database, petition, 10)
    post = Post()
    post.faults = {3: [NotNow(3600)]}
    broadcast_id = await started(database, petition)
    await asyncio.wait_for(sender(database, post).send(broadcast_id), 120)
    paused = await told(database, broadcast_id)
    assert (paused.status, paused.paused_why) == ("paused", "telegram_asks_to_wait:3600")


async def test_a_sender_that_dies_leaves_no_more_unknown_than_it_had_in_hand(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition)
    post = Post(pause=0.01)
    broadcast_id = await started(database, petition)
    unknown = 0
    next_one = sender(database, post)
    for turn in range(1, 4):
        dying = asyncio.create_task(next_one.send(broadcast_id))
        await post.has_brought(turn * PEOPLE // 6)
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        next_one = sender(database, post)
        await next_one.recover(broadcast_id)
        now = await told(database, broadcast_id)
        assert now.unknown - unknown <= MOST_IN_HAND
        unknown = now.unknown
    await next_one.send(broadcast_id)
    sent = await told(database, broadcast_id)
    assert sent.sent + sent.unknown == PEOPLE
    assert set(post.arrived.values()) == {1}, "nobody twice"
    missing = set(people) - set(post.arrived)
    assert len(missing) <= sent.unknown


async def test_what_is_due_is_started_once_and_what_is_stale_is_asked_about(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, 20)
    post, clock = Post(), Clock()
    due, later, stale = [await drafted(database, petition) for _ in range(3)]
    async with database.transaction() as db:
        await states.schedule(db, due, NOW - timedelta(hours=1), now=NOW)
        await states.schedule(db, later, NOW + timedelta(hours=1), now=NOW)
        await states.schedule(db, stale, NOW - timedelta(hours=7), now=NOW)
    running = asyncio.create_task(dispatch(database, post, clock).run())
    await done(database, due)
    assert post.arrived == Counter(people)
    assert (await told(database, later)).status == "scheduled"
    asked_about = await told(database, stale)
    assert (asked_about.status, asked_about.paused_why) == ("paused", "stale")
    clock.ahead = timedelta(hours=2)
    await done(database, later)
    assert post.arrived == Counter(people * 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("database", engines.params()[1:], indirect=True)  # SQLite: one process
async def test_two_processes_send_it_once(database: Database, petition: Petition) -> None:
    people = await listeners(database, petition, 200)
    post, clock = Post(pause=0.002), Clock()

    running = [asyncio.create_task(dispatch(database, post, clock).run()) for _ in range(2)]
    broadcast_id = await started(database, petition)
    await post.has_brought(100)
    leader = running[0]
    leader.cancel()
    sent = await done(database, broadcast_id)
    assert set(post.arrived.values()) == {1}
    assert len(set(people) - set(post.arrived)) <= sent.unknown
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


class Slow(Post):
    """Keeps what it is given until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        self.arrived[recipient.telegram_id] += 1
        self._came.set()
        await self.free.wait()
        return [1]


@pytest.mark.parametrize("kind", ["news", "decision"])
async def test_a_sender_whose_work_another_has_taken_over_records_nothing_more(
    database: Database, petition: Petition, kind: str
) -> None:
    """Its connection was lost, and with it the lead, and it has not noticed yet."""
    people = await listeners(database, petition, 150)
    broadcast_id = await started(database, petition, kind)
    slow, post = Slow(), Post()
    first, second = sender(database, slow), sender(database, post)
    await first.recover(broadcast_id)
    sending = asyncio.create_task(first.send(broadcast_id))
    await slow.has_brought(MOST_IN_HAND)
    await second.recover(broadcast_id)
    other = asyncio.create_task(second.send(broadcast_id))
    slow.free.set()
    with pytest.raises(TakenOver):
        await asyncio.wait_for(sending, 120)
    await asyncio.wait_for(other, 120)
    sent = await told(database, broadcast_id)
    assert (sent.status, sent.total) == ("done", len(people))
    assert not set(people) - (slow.arrived + post.arrived).keys(), "nobody is skipped"
    if kind == "news":
        assert not slow.arrived & post.arrived, "nobody gets it twice"
        assert sent.unknown == MOST_IN_HAND


async def test_what_the_bot_is_refused_pauses_it_and_loses_nobody(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, 150)
    post = Post()
    post.faults = {person: [BotRefused()] for person in people}
    broadcast_id = await started(database, petition)
    await sender(database, post).send(broadcast_id)
    paused = await told(database, broadcast_id)
    assert (paused.status, paused.paused_why, paused.failed) == ("paused", "bot_refused", 0)
    async with database.transaction() as db:
        await states.resume(db, broadcast_id, now=NOW)
    post.faults = {}
    await sender(database, post).send(broadcast_id)
    assert post.arrived == Counter(people)


async def test_what_is_refused_for_one_after_the_other_pauses_after_a_few(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, 150)
    post = Post()
    post.faults = {person: [Refused("wrong file identifier")] for person in people}
    broadcast_id = await started(database, petition)
    await sender(database, post).send(broadcast_id)
    paused = await told(database, broadcast_id)
    assert (paused.status, paused.paused_why) == (
        "paused",
        "message_refused:wrong file identifier",
    )
    assert 5 <= paused.failed <= 2 * MOST_IN_HAND < len(people)


async def test_some_who_cannot_be_written_to_do_not_pause_it(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 150)
    post = Post()
    post.faults = {person: [Refused("chat not found")] for person in range(10, 30)}
    broadcast_id = await started(database, petition)
    await sender(database, post).send(broadcast_id)
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.sent, ended.failed) == ("done", 130, 20)


class ClumsyComposer(Plain):
    """Cannot write to some people."""

    def __init__(self, *unwritable: int) -> None:
        self.unwritable = unwritable

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        if any(one.telegram_id in self.unwritable for one in recipients):
            raise ZeroDivisionError
        return await super().write(broadcast, recipients)


async def test_a_composer_that_fails_for_some_keeps_nobody_else_from_it(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, 120)
    post = Post()
    broadcast_id = await started(database, petition)
    await sender(database, post, composer=ClumsyComposer(7, 90)).send(broadcast_id)
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.sent, ended.failed, ended.unknown) == ("done", 118, 2, 0)
    assert post.arrived == Counter(set(people) - {7, 90})


async def test_a_messenger_that_breaks_leaves_the_fate_unknown_and_no_row_claimed(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 20)
    post = Post()
    post.faults = {3: [KeyError("message_id")], 11: [RecursionError()]}
    broadcast_id = await started(database, petition)
    await sender(database, post).send(broadcast_id)
    ended = await told(database, broadcast_id)
    assert (ended.status, ended.sent, ended.unknown) == ("done", 18, 2)
