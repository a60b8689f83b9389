"""Promises of five processes that are started anew one after the other, as for an upgrade, while
people sign and an update goes out."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from storage.database import Database
from tests import engines, migrated
from tests.amount import cases
from tests.e2e import books, listeners
from tests.e2e.fleet import Member, fleet
from tests.e2e.running_bot import simulator
from tests.e2e.signers import people_keep_coming, redelivered

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

LISTENERS = cases(short=120, full=400)
RATE = 70
SIGN_AT_ONCE = cases(short=3, full=10)
ORDER = ("web", "sender", "web", "jobs", "web")


async def test_each_started_anew_in_turn_loses_nobody_and_does_nothing_twice(
    tmp_path: Path,
) -> None:
    await engines.require("postgresql")
    async with (
        migrated.migrated_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as address,
    ):
        await listeners.people_are_there(address, LISTENERS)
        database = await Database.open(url)
        broadcast_id = await listeners.started(database, "news", LISTENERS)
        async with fleet(tmp_path, *ORDER, api=address, database=url, rate=RATE) as made:
            await redelivered(address, times=2)
            rolling = asyncio.create_task(_one_after_the_other(made, address))
            signers = await people_keep_coming(
                address, rolling, at_once=SIGN_AT_ONCE, passes_over="It is decided."
            )
            await rolling
            async with asyncio.timeout(120):
                while await listeners.goes_on(database, broadcast_id):
                    await asyncio.sleep(0.05)
        done = await listeners.told(database, broadcast_id)
        arrived = await listeners.arrived(address, LISTENERS)
        await books.say_once(url, signers)
        await database.close()
    assert set(arrived.values()) == {1}, "nobody is skipped, and nobody gets it twice"
    assert done.unknown == done.failed == done.unreachable == 0
    assert len(signers) >= SIGN_AT_ONCE


async def _one_after_the_other(made: Sequence[Member], address: str) -> None:
    for member in made:
        if member.role == "sender":
            while await listeners.sent(address) < LISTENERS // 10:
                await asyncio.sleep(0.02)
        await member.restart()
