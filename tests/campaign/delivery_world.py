"""Sending without a chat: people who listen, a messenger that does as it is told, a clock."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from campaign import subscriptions
from campaign.broadcasts import agreement, states
from campaign.broadcasts import audience as audiences
from campaign.delivery.dispatch import Dispatch
from campaign.delivery.messenger import (
    Composer,
    FateUnknown,
    NotDelivered,
)
from campaign.delivery.sender import Sender
from campaign.petition import Petition
from storage import broadcasts, delivery_stats
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.deliveries import Recipient
from tests.campaign import petitions

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
PEOPLE = 1200


class Clock:
    """Time as the tests want it: it goes on by itself, and can jump."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.began = datetime.now(UTC)

    def __call__(self) -> datetime:
        return NOW + (datetime.now(UTC) - self.began) + self.ahead


class Post:
    """A messenger that writes down what arrives, and does what it is told to."""

    rate = 10_000.0

    def __init__(self, *, chance: float = 0.0, seed: int = 0, pause: float = 0.0) -> None:
        self.arrived: Counter[int] = Counter()
        self.under_way = 0
        self.most_under_way = 0
        self.faults: dict[int, list[Exception]] = {}
        self.chance, self.random, self.pause = chance, random.Random(seed), pause

    async def send(self, recipient: Recipient, message: Any) -> Sequence[int]:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.pause)
            planned = self.faults.get(recipient.telegram_id)
            if planned:
                fault = planned.pop(0)
                if isinstance(fault, FateUnknown):
                    self.arrived[recipient.telegram_id] += 1
                raise fault
            if self.random.random() < self.chance:
                raise NotDelivered
            self.arrived[recipient.telegram_id] += 1
            return [sum(self.arrived.values())]
        finally:
            self.under_way -= 1


class Plain:
    """A writer whose messages say nothing but whose they are."""

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        return [f"{broadcast.id} to {one.supporter_id}" for one in recipients]


async def listeners(database: Database, petition: Petition, number: int = PEOPLE) -> list[int]:
    """People who hear updates, by their Telegram ids."""
    people = list(range(1, number + 1))
    async with database.transaction() as db:
        for telegram_id in people:
            supporter = await petitions.person(db, telegram_id, NOW)
            await subscriptions.choose(db, petition, supporter, hears=True, language="en", now=NOW)
    return people


async def drafted(
    database: Database, petition: Petition, kind: str = "news", **options: Any
) -> int:
    async with database.transaction() as db:
        made = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind=kind,
            author_id=None,
            content={},
            audience=audiences.to_dict(Audience()),
            options=options,
            now=NOW,
        )
    return made.id


async def started(
    database: Database, petition: Petition, kind: str = "news", **options: Any
) -> int:
    broadcast_id = await drafted(database, petition, kind, **options)
    async with database.transaction() as db:
        await states.start(db, broadcast_id, now=NOW)
    return broadcast_id


def sender(
    database: Database, post: Post, clock: Clock | None = None, composer: Composer | None = None
) -> Sender:
    return Sender(
        database,
        post,
        composer or Plain(),
        audience_of=lambda broadcast: audiences.from_dict(broadcast.audience),
        resends_unknown=states.resends_unknown,
        quiet_until=states.quiet_until,
        waits_until=states.waits_until,
        day_began=states.day_began,
        admit=agreement.admit,
        hold_up=lambda db, broadcast, now: agreement.hold_up(db, broadcast, now=now),
        clock=clock or Clock(),
    )


def dispatch(database: Database, post: Post, clock: Clock | None = None) -> Dispatch:
    """Sends what is due, as the bot's process does."""
    clock = clock or Clock()
    return Dispatch(
        database,
        new_sender=lambda: sender(database, post, clock),
        begin=lambda db, broadcast, now: agreement.begin(db, broadcast, now=now),
        clock=clock,
        woken=asyncio.Event(),
    )


@contextlib.asynccontextmanager
async def dispatching(
    database: Database, post: Post, clock: Clock | None = None
) -> AsyncIterator[None]:
    """While this lasts, what is due is sent."""
    running = asyncio.create_task(dispatch(database, post, clock).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def told(database: Database, broadcast_id: int) -> Broadcast:
    """The broadcast, after comparing its figures with a fresh count."""
    async with database.reading() as db:
        broadcast = await broadcasts.of(db, broadcast_id)
        counted = await delivery_stats.count_by_status(db, broadcast_id)
    assert broadcast is not None
    for status in ("sent", "unreachable", "failed", "unknown", "left_out"):
        assert getattr(broadcast, status) == counted.get(status, 0), status
    assert broadcast.total == sum(counted.values())
    return broadcast
