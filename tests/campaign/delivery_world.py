"""Sending without a chat: people who listen, a messenger that does as it is told, a clock."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from campaign import subscriptions
from campaign.broadcasts import agreement, states
from campaign.broadcasts import audience as audiences
from campaign.delivery.dispatch import Dispatch
from campaign.delivery.messenger import (
    Composer,
    FateUnknown,
    Messenger,
    NotDelivered,
)
from campaign.delivery.sender import Sender
from campaign.petition import Petition
from storage import broadcasts, delivery_stats, tables
from storage.addresses import EMAIL
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection, Database
from storage.delivery_claims import Recipient
from tests.amount import cases
from tests.campaign import petitions
from tests.engines import PATIENCE_SECONDS

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
PEOPLE = cases(short=600, full=1200)


class Clock:
    """Time as the tests want it: it passes while a sender rests, and can jump or stand still.

    Attributes:
        stride: how far it goes on when a sender rests, at the least.
        idle: set when a sender rests and time stands still.
    """

    def __init__(self, *, stands: bool = False, stride: timedelta = timedelta()) -> None:
        self._ahead = timedelta()
        self._stands = stands
        self._moved = asyncio.Event()
        self.stride, self.idle = stride, asyncio.Event()

    def __call__(self) -> datetime:
        return NOW + self._ahead

    @property
    def ahead(self) -> timedelta:
        return self._ahead

    @ahead.setter
    def ahead(self, ahead: timedelta) -> None:
        """Jump, and go on from there."""
        self._ahead, self._stands = ahead, False
        self._moved.set()

    def stop(self) -> None:
        self._stands = True
        self._moved.clear()
        self.idle.clear()

    async def rest(self, seconds: float, sooner: asyncio.Event) -> bool:
        if self._stands:
            self.idle.set()
            await self._moved.wait()
        else:
            self._ahead += max(timedelta(seconds=seconds), self.stride)
            await asyncio.sleep(0)
        return sooner.is_set()


class Post:
    """A messenger that writes down what arrives, and does what it is told to."""

    rate = 10_000.0

    def __init__(self, *, chance: float = 0.0, seed: int = 0, pause: float = 0.0) -> None:
        self.arrived: Counter[int] = Counter()
        self.under_way = 0
        self.most_under_way = 0
        self.faults: dict[int, list[Exception]] = {}
        self.chance, self.random, self.pause = chance, random.Random(seed), pause
        self._came = asyncio.Event()

    async def has_brought(self, number: int) -> None:
        """Wait until so many have arrived."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.arrived.total() < number:
                self._came.clear()
                await self._came.wait()

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
            self._came.set()
            return [sum(self.arrived.values())]
        finally:
            self.under_way -= 1


class Plain:
    """A writer whose messages say nothing but whose they are."""

    async def write(self, broadcast: Broadcast, recipients: Sequence[Recipient]) -> Sequence[Any]:
        return [f"{broadcast.id} to {one.supporter_id}" for one in recipients]


async def listeners(database: Database, petition: Petition, number: int = PEOPLE) -> list[int]:
    """People who hear updates, by their Telegram ids; the first chooses it, the others are like
    the first."""
    people = list(range(1, number + 1))
    async with database.transaction() as db:
        first = await petitions.person(db, 1, NOW)
        await subscriptions.choose(db, petition, first, hears=True, language="en", now=NOW)
        await _multiply(db, first.id, people[1:])
    return people


async def _multiply(db: Connection, first: int, others: Sequence[int]) -> None:
    """Let these be in every table where the first is, with the same."""
    people = tables.supporters
    (like,) = (await db.execute(select(people).where(people.c.id == first))).mappings()
    kept = {name: value for name, value in like.items() if name != "id"}
    if others:
        await db.execute(insert(people), [{**kept, "telegram_id": who} for who in others])
    ids = list(await db.scalars(select(people.c.id).where(people.c.telegram_id.in_(others))))
    for table in tables.metadata.sorted_tables:
        if "supporter_id" not in table.c or table is tables.addresses:
            continue
        found = await db.execute(select(table).where(table.c.supporter_id == first))
        for row in found.mappings().all():
            kept = {name: value for name, value in row.items() if name != "id"}
            more = [{**kept, "supporter_id": supporter_id} for supporter_id in ids]
            if more:
                await db.execute(insert(table), more)


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
    database: Database,
    post: Post,
    clock: Clock | None = None,
    composer: Composer | None = None,
    *,
    mail: Messenger | None = None,
    letters: Composer | None = None,
) -> Sender:
    """The bot's own, in chats through `post`, and by email if there is a `mail`."""
    clock = clock or Clock()
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
        clock=clock,
        rest=clock.rest,
        others={EMAIL: (mail, letters or Plain())} if mail else None,
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


async def done(database: Database, broadcast_id: int) -> Broadcast:
    """The broadcast when it has been sent."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (broadcast := await told(database, broadcast_id)).status != "done":
            await asyncio.sleep(0.01)
    return broadcast


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
