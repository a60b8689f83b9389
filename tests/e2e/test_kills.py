"""Promises under kill -9: nobody signs twice, nobody is lost, nobody answers again."""

import os
import random
from pathlib import Path

import pytest

from tests import engines, migrated
from tests.amount import cases
from tests.e2e import books
from tests.e2e.killable import MODES, Killable, own_hook
from tests.e2e.running_bot import simulator
from tests.e2e.signers import SCREENS, Crowd, everybody_signs

pytestmark = pytest.mark.crash

SEED = int(os.environ.get("CLAMOUR_SEED", "2009"))
PEOPLE = cases(short=40, full=200)
ACTS = PEOPLE * len(SCREENS)
KILLS = cases(short=3, full=7)


@pytest.mark.parametrize("seed", [SEED])
@pytest.mark.parametrize(("engine", "mode"), engines.crossed(*MODES))
async def test_killed_again_and_again_while_people_sign(
    engine: str, mode: str, seed: int, tmp_path: Path
) -> None:
    await engines.require(engine)
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(ACTS - PEOPLE // 4), KILLS))
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
        Killable.running(
            tmp_path / "config.toml", api=address, database=url, **own_hook(mode)
        ) as bot,
    ):

        async def strike(crowd: Crowd) -> None:
            for moment in moments:
                await crowd.comes_to(moment)
                await bot.kill()
                await bot.restart()

        signers = await everybody_signs(address, PEOPLE, meanwhile=strike)
        await books.say_once(url, signers)
