"""Promises of two bots on one PostgreSQL, behind one webhook."""

import os
import random
from pathlib import Path

import pytest

from tests import engines, migrated
from tests.amount import cases
from tests.e2e import books
from tests.e2e.fleet import balanced
from tests.e2e.killable import Killable, free_port
from tests.e2e.running_bot import simulator
from tests.e2e.signers import SCREENS, Crowd, everybody_signs, redelivered

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

SEED = int(os.environ.get("CLAMOUR_SEED", "2009"))
PEOPLE = cases(short=25, full=100)
ACTS = PEOPLE * len(SCREENS)


@pytest.mark.parametrize("seed", [SEED])
async def test_two_processes_share_a_webhook_and_one_is_killed(seed: int, tmp_path: Path) -> None:
    await engines.require("postgresql")
    moment = random.Random(seed).randrange(ACTS // 4, ACTS // 2)
    ports = (free_port(), free_port())
    async with (
        migrated.migrated_url("postgresql", tmp_path) as url,
        simulator("--no-limits") as address,
        balanced(ports) as hook,
        Killable.running(
            tmp_path / "one.toml", api=address, database=url, hook=hook, port=ports[0]
        ),
        Killable.running(
            tmp_path / "other.toml", api=address, database=url, hook=hook, port=ports[1]
        ) as other,
    ):
        await redelivered(address, times=3)

        async def strike(crowd: Crowd) -> None:
            await crowd.comes_to(moment)
            await other.kill()
            await crowd.comes_to(moment + ACTS // 4)
            await other.restart()

        signers = await everybody_signs(address, PEOPLE, meanwhile=strike, may_see_late=True)
        await books.say_once(url, signers)
