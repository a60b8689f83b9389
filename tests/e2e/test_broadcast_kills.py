"""Promises of a broadcast under kill -9: nobody is skipped, and nobody gets it twice of whom it is
known that it arrived."""

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import pytest

from campaign.delivery import dispatch
from campaign.delivery.lane import MOST_IN_HAND
from storage import leadership
from storage.database import Database
from tests import engines, migrated
from tests.amount import cases
from tests.e2e import listeners
from tests.e2e.killable import Killable, own_hook
from tests.e2e.running_bot import simulator

pytestmark = pytest.mark.crash

SEED = int(os.environ.get("CLAMOUR_SEED", "2009"))
PEOPLE_AND_KILLS = cases(
    short={"news": (400, 3), "decision": (300, 2)}, full={"news": (2000, 20), "decision": (600, 3)}
)
TAKEN_OVER = cases(short=(400, (60, 200)), full=(900, (200, 500)))
"""By how many people, and after how many messages a process is killed."""


@pytest.mark.parametrize(("engine", "kind"), engines.crossed("decision", "news"))
async def test_killed_again_and_again_during_a_broadcast(
    engine: str, kind: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    people, kills = PEOPLE_AND_KILLS[kind]
    moments = sorted(random.Random(SEED).sample(range(1, people // 2), kills))
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
    ):
        await listeners.people_are_there(address, people)
        database = await Database.open(url)
        broadcast_id = await listeners.started(database, kind, people)
        async with Killable.running(
            tmp_path / "config.toml", api=address, database=url, rate=1000
        ) as bot:
            for moment in moments:
                while await listeners.sent(address) < moment and await listeners.goes_on(
                    database, broadcast_id
                ):
                    await asyncio.sleep(0.005)
                await bot.kill()
                await bot.restart()
            async with asyncio.timeout(120):
                while await listeners.goes_on(database, broadcast_id):
                    await asyncio.sleep(0.05)
        done = await listeners.told(database, broadcast_id)
        arrived = await listeners.arrived(address, people)
        await database.close()
    missed = [number for number in arrived if arrived[number] == 0]
    again = [number for number in arrived if arrived[number] > 1]
    assert (done.status, done.total) == ("done", people)
    assert done.failed == done.unreachable == done.left_out == 0
    assert done.unknown <= kills * MOST_IN_HAND
    if kind == "news":
        assert again == [], "once is enough"
        assert len(missed) <= done.unknown
    else:
        assert missed == [], "a decision reaches everybody"
        assert done.unknown == 0
        assert len(again) <= kills * MOST_IN_HAND


async def test_another_process_takes_over_within_ten_seconds(tmp_path: Path) -> None:
    await engines.require("postgresql")
    looks_again_after = leadership.SECONDS_BETWEEN_TRIES + dispatch.TICK_SECONDS
    assert looks_again_after < 10, "the rest is for the machine, which may be busy"
    (people, moments), rate = TAKEN_OVER, 150
    async with (
        migrated.migrated_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as address,
    ):
        await listeners.people_are_there(address, people)
        database = await Database.open(url)
        broadcast_id = await listeners.started(database, "news", people)

        def running(name: str) -> Any:
            hook = own_hook("webhook")
            return Killable.running(tmp_path / name, api=address, database=url, rate=rate, **hook)

        async with running("one.toml") as one, running("two.toml") as two:
            for doomed, moment in zip((one, two), moments, strict=True):
                while await listeners.sent(address) < moment:
                    await asyncio.sleep(0.02)
                await doomed.kill()
                before = await listeners.sent(address)
                async with asyncio.timeout(120):
                    while await listeners.sent(address) <= before + rate // 10:
                        await asyncio.sleep(0.05)
                await doomed.restart()
            async with asyncio.timeout(120):
                while await listeners.goes_on(database, broadcast_id):
                    await asyncio.sleep(0.05)
        done = await listeners.told(database, broadcast_id)
        arrived = await listeners.arrived(address, people)
        await database.close()
    assert max(arrived.values()) == 1
    assert sum(count == 0 for count in arrived.values()) <= done.unknown
    assert done.sent + done.unknown == people


@pytest.mark.parametrize("kind", ["news", "decision"])
async def test_a_tenth_of_all_calls_failing_keeps_nobody_from_it(kind: str, tmp_path: Path) -> None:
    people = 400
    async with (
        migrated.migrated_url("sqlite", tmp_path) as url,
        simulator("--no-limits") as address,
    ):
        await listeners.people_are_there(address, people)
        database = await Database.open(url)
        for fault in (
            {"kind": "500", "chance": 0.04},
            {"kind": "502", "chance": 0.02},
            {"kind": "cut_before", "chance": 0.02},
            {"kind": "cut_after", "chance": 0.02},
            {"kind": "429", "retry_after": 1, "times": 2},
        ):
            await listeners.order(address, method="sendMessage", seed=SEED, **fault)
        broadcast_id = await listeners.started(database, kind, people)
        async with (
            Killable.running(tmp_path / "c.toml", api=address, database=url, rate=1000),
            asyncio.timeout(120),
        ):
            while await listeners.goes_on(database, broadcast_id):
                await asyncio.sleep(0.05)
        done = await listeners.told(database, broadcast_id)
        arrived = await listeners.arrived(address, people)
        await database.close()
    assert (done.status, done.failed, done.unreachable) == ("done", 0, 0)
    missed = [number for number in arrived if arrived[number] == 0]
    again = [number for number in arrived if arrived[number] > 1]
    if kind == "news":
        assert again == []
        assert len(missed) <= done.unknown <= people // 5, "each 5xx, and each cut, is unknown"
    else:
        assert missed == []
        assert done.unknown == 0
