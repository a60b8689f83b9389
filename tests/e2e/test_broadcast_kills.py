"""Promises of a broadcast under kill -9: nobody is skipped, and nobody gets it twice of whom it is
known that it arrived."""

import asyncio
import os
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from campaign import subscriptions
from campaign.broadcasts import audience, life
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import publish
from campaign.definition import load_definition
from campaign.delivery.sender import MOST_IN_HAND
from storage import broadcasts, deliveries, dialogs
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.migrate import upgrade
from tests import engines
from tests.e2e.killable import Killable
from tests.e2e.stage import EXAMPLE, TOKEN, simulator

pytestmark = pytest.mark.crash

SEED = int(os.environ.get("CLAMOUR_SEED", "2009"))
PEOPLE, KILLS = 2000, 20
FIRST = 100_001
NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)


async def _people_are_there(address: str) -> None:
    """In the simulator, each with the bot let in."""
    async with aiohttp.ClientSession(address) as session:
        async with session.get(f"/bot{TOKEN}/getMe") as known:
            assert known.status == 200
        for number in range(FIRST, FIRST + PEOPLE):
            async with session.post("/people", json={"first_name": "Ada", "id": number}) as made:
                assert made.status == 201
            async with session.post(f"/people/{number}/unblock", json={}) as let_in:
                assert let_in.status == 200


async def _started(database: Database, kind: str) -> int:
    """A broadcast to everybody, on its way."""
    petition = await publish(database, load_definition(EXAMPLE), now=NOW)
    async with database.transaction() as db:
        for number in range(FIRST, FIRST + PEOPLE):
            person, _ = await dialogs.open(
                db, telegram_id=number, first_name="Ada", telegram_language="en", now=NOW
            )
            await subscriptions.choose(db, petition, person, hears=True, language="en", now=NOW)
        made = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind=kind,
            author_id=None,
            content=Content({"en": Version("It is <b>decided</b>.")}).to_dict(),
            audience=audience.to_dict(Audience()),
            options={},
            now=NOW,
        )
        await life.start(db, made.id, now=datetime.now(UTC))
    return made.id


async def _told(database: Database, broadcast_id: int) -> Broadcast:
    async with database.reading() as db:
        broadcast = await broadcasts.of(db, broadcast_id)
        counted = await deliveries.count_by_status(db, broadcast_id)
    assert broadcast is not None
    assert broadcast.sent == counted.get("sent", 0)
    assert broadcast.unknown == counted.get("unknown", 0)
    return broadcast


async def _goes_on(database: Database, broadcast_id: int) -> bool:
    return (await _told(database, broadcast_id)).status == "sending"


async def _arrived(address: str) -> Counter[int]:
    """How often each person has got it."""
    async with aiohttp.ClientSession(address) as session:

        async def count(number: int) -> int:
            async with session.get(f"/people/{number}/chats/bot") as answer:
                messages = (await answer.json())["messages"]
            return sum("decided" in message.get("text", "") for message in messages)

        numbers = range(FIRST, FIRST + PEOPLE)
        return Counter(dict(zip(numbers, [await count(n) for n in numbers], strict=True)))


async def _sent(address: str) -> int:
    async with (
        aiohttp.ClientSession(address) as session,
        session.get("/control/stats") as answer,
    ):
        calls = (await answer.json())["calls"]
        return int(calls.get("sendMessage", 0))


@pytest.mark.parametrize("kind", ["news", "decision"])
@pytest.mark.parametrize("engine", engines.params())
async def test_killed_again_and_again_during_a_broadcast_to_2000(
    engine: str, kind: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    kills = KILLS if kind == "news" else KILLS // 5
    moments = sorted(random.Random(SEED).sample(range(1, PEOPLE // 2), kills))
    async with (
        engines.fresh_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
    ):
        await upgrade(url)
        await _people_are_there(address)
        database = await Database.open(url)
        broadcast_id = await _started(database, kind)
        async with Killable.running(
            tmp_path / "config.toml", api=address, database=url, rate=1000
        ) as bot:
            for moment in moments:
                while await _sent(address) < moment and await _goes_on(database, broadcast_id):
                    await asyncio.sleep(0.005)
                await bot.kill()
                await bot.restart()
            async with asyncio.timeout(60):
                while await _goes_on(database, broadcast_id):
                    await asyncio.sleep(0.05)
        done = await _told(database, broadcast_id)
        arrived = await _arrived(address)
        await database.close()
    missed = [number for number in arrived if arrived[number] == 0]
    again = [number for number in arrived if arrived[number] > 1]
    assert (done.status, done.total) == ("done", PEOPLE)
    assert done.failed == done.unreachable == done.left_out == 0
    assert done.unknown <= kills * MOST_IN_HAND
    if kind == "news":
        assert again == [], "once is enough"
        assert len(missed) <= done.unknown
    else:
        assert missed == [], "a decision reaches everybody"
        assert done.unknown == 0
        assert len(again) <= kills * MOST_IN_HAND
