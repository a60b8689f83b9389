"""Promises about correcting and taking back what has been sent, on both engines."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from campaign import subscriptions
from campaign.broadcasts import corrections, states
from campaign.broadcasts.corrections import NotPossible
from campaign.delivery.messenger import FateUnknown
from campaign.petition import Petition
from storage import broadcasts, deliveries, delivery_claims, supporters
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.delivery_claims import Recipient
from tests.campaign import petitions
from tests.campaign.delivery_world import (
    NOW,
    Post,
    dispatching,
    done,
    listeners,
    sender,
    started,
    told,
)

SOON = NOW + timedelta(hours=1)


@pytest.fixture
async def petition(database: Database) -> Petition:
    return await petitions.published(database, "afterwards", NOW)


async def sent_to(database: Database, petition: Petition, number: int) -> int:
    """An update that has reached so many people."""
    await listeners(database, petition, number)
    broadcast_id = await started(database, petition)
    await sender(database, Post()).send(broadcast_id)
    return broadcast_id


async def correction(database: Database, broadcast_id: int) -> Broadcast:
    """Other words for it, on their way."""
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        draft = await corrections.correct(db, broadcast_id, author.id, now=SOON)
        await states.change(db, draft, now=SOON, content={"words": "better"})
        await states.start(db, draft.id, now=SOON)
        return draft


async def retraction(database: Database, broadcast_id: int) -> Broadcast:
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        return await corrections.retract(db, broadcast_id, author.id, now=SOON)


async def test_it_goes_to_those_who_have_got_it_and_to_nobody_else(
    database: Database, petition: Petition
) -> None:
    people = await listeners(database, petition, 30)
    broadcast_id = await started(database, petition)
    post = Post()
    post.faults = {5: [FateUnknown()]}
    await sender(database, post).send(broadcast_id)
    async with database.transaction() as db:  # one stops the updates, and one is new
        left = await petitions.person(db, 7, NOW)
        await subscriptions.choose(db, petition, left, hears=False, language="en", now=NOW)
        new = await petitions.person(db, 1000, NOW)
        await subscriptions.choose(db, petition, new, hears=True, language="en", now=NOW)
    made = await correction(database, broadcast_id)
    again = Post(chance=0.1, seed=3)
    again.faults = {9: [FateUnknown()]}
    await asyncio.wait_for(sender(database, again).send(made.id), 120)
    once = Counter({person: 1 for person in people if person != 5})
    assert again.arrived == once + Counter({9: 1}), "what changes a message can be done twice"
    sent = await told(database, made.id)
    assert (sent.status, sent.sent, sent.total) == ("done", 29, 29)
    original = await told(database, broadcast_id)
    assert original.content == {"words": "better"}
    assert (original.status, original.sent, original.unknown) == ("done", 29, 1)


class Halting(Post):
    """Brings the first ones their message, and stops at the next until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.halted, self.free = asyncio.Event(), asyncio.Event()

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        if self.arrived:
            self.halted.set()
            await self.free.wait()
        return await super().send(recipient, message)


async def test_it_waits_for_what_is_in_hand_of_a_paused_update(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 150)
    post = Halting()
    broadcast_id = await started(database, petition)
    async with dispatching(database, post):
        await post.halted.wait()
        async with database.transaction() as db:
            await states.pause(db, broadcast_id)
        made = await correction(database, broadcast_id)
        post.free.set()
        await done(database, made.id)
    original, corrected = await told(database, broadcast_id), await told(database, made.id)
    assert corrected.sent == original.sent < 150, "also those that were in hand then"


async def test_what_a_dead_sender_had_in_hand_does_not_hold_it_up(
    database: Database, petition: Petition
) -> None:
    broadcast_id = await sent_to(database, petition, 3)
    async with database.transaction() as db:
        late = await petitions.person(db, 50, NOW)
        await deliveries.add(db, broadcast_id, [late.id])
        await broadcasts.count(db, broadcast_id, {"total": 1})
        original = await broadcasts.of(db, broadcast_id)
        assert original is not None
        await delivery_claims.claim(db, original, NOW, 1, after=0, today=NOW)
    made = await correction(database, broadcast_id)
    async with dispatching(database, Post()):
        await done(database, made.id)
    assert (await told(database, broadcast_id)).unknown == 1
    assert (await told(database, made.id)).sent == 3


async def test_taking_back_ends_the_update_and_its_corrections(
    database: Database, petition: Petition
) -> None:
    broadcast_id = await sent_to(database, petition, 4)
    correcting = await correction(database, broadcast_id)
    taken = await retraction(database, broadcast_id)
    assert (await told(database, correcting.id)).status == "cancelled"
    assert (await told(database, broadcast_id)).status == "done"
    await sender(database, Post()).send(taken.id)
    assert (await told(database, taken.id)).sent == 4
    for act in ("correct", "retract"):
        assert await refusal(database, broadcast_id, act) == "retracted"


async def test_what_cannot_be_done_is_refused_by_name(
    database: Database, petition: Petition
) -> None:
    await listeners(database, petition, 2)
    broadcast_id = await started(database, petition)
    assert await refusal(database, broadcast_id, "correct") == "unsent"
    await sender(database, Post()).send(broadcast_id)
    two_days = timedelta(hours=48)
    assert await refusal(database, broadcast_id, "retract", two_days - timedelta(seconds=1)) == ""
    assert await refusal(database, broadcast_id, "retract", two_days) == "late"
    assert await refusal(database, broadcast_id, "correct", two_days) == ""
    made = await correction(database, broadcast_id)
    assert await refusal(database, broadcast_id, "correct") == "under_way"
    assert await refusal(database, broadcast_id, "retract") == ""
    assert await refusal(database, made.id, "correct") == "unsent", "no correction of a correction"
    assert await refusal(database, 999, "retract") == "unsent"


async def test_two_corrections_at_once_are_one(database: Database, petition: Petition) -> None:
    broadcast_id = await sent_to(database, petition, 1)
    async with database.transaction() as db:
        author = await petitions.person(db, 9001, NOW)
        drafts = [
            await corrections.correct(db, broadcast_id, author.id, now=SOON) for _ in range(2)
        ]

    async def confirms(draft: Broadcast) -> bool:
        try:
            async with database.transaction() as db:
                await corrections.check(db, broadcast_id, "correct", now=SOON)
                await asyncio.sleep(0.05)
                await states.start(db, draft.id, now=SOON)
        except NotPossible:
            return False
        return True

    assert sorted(await asyncio.gather(*map(confirms, drafts))) == [False, True]


async def refusal(
    database: Database, broadcast_id: int, act: str, later: timedelta = timedelta()
) -> str:
    """Why it cannot be done; "" if it can."""
    try:
        async with database.transaction() as db:
            await corrections.check(db, broadcast_id, act, now=NOW + later)
    except NotPossible as problem:
        return problem.reason
    return ""


async def test_those_who_blocked_the_bot_meanwhile_are_told_apart(
    database: Database, petition: Petition
) -> None:
    broadcast_id = await sent_to(database, petition, 2)
    async with database.transaction() as db:
        gone = await petitions.person(db, 1, NOW)
        await supporters.lose(db, [gone.id])
    made = await correction(database, broadcast_id)
    post = Post()
    await sender(database, post).send(made.id)
    assert post.arrived == Counter({1: 1, 2: 1}), "it is tried: Telegram knows best"
