"""A promise of mixed life: people, staff and faults of all kinds together, for some seconds.

`make soak` is the long version; a seed that has found something: CLAMOUR_SEED=….
"""

import os
from pathlib import Path

import pytest

from bench.soak.course import Plan, soak
from tests import engines
from tests.e2e import forkserver
from tests.stage.bot import ROOT, TOKEN

pytestmark = [
    pytest.mark.crash,
    pytest.mark.full("each fault of the soak has its own test in tests/e2e"),
]

SEED = int(os.environ.get("CLAMOUR_SEED", "2009"))
SECONDS = 8.0


async def forked(config: Path, log: Path) -> forkserver.Forked:
    return await forkserver.clamour(
        *("run", "--config", str(config)),
        cwd=ROOT,
        environment={"CLAMOUR_TELEGRAM_TOKEN": TOKEN},
        log=log,
    )


@pytest.mark.parametrize("engine", engines.params())
async def test_whatever_breaks_while_people_and_staff_go_on_nothing_is_lost_or_done_twice(
    engine: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    workers = 2 if engine == "postgresql" else 1
    plan = Plan(
        engine=engine,
        seed=SEED,
        seconds=SECONDS,
        people=20,
        rest=1.0,
        trouble=0.6,
        look=1.0,
        workers=workers,
    )
    town = await soak(plan, tmp_path, forked)
    assert town.violations == []
    assert town.done["come"] > 0
    assert town.done["looks at the database"] > 0
