"""Promises when Telegram delivers an update more than once: it counts once."""

from pathlib import Path

import pytest

from tests import engines, migrated
from tests.amount import cases
from tests.e2e import books
from tests.e2e.killable import MODES, Killable, own_hook
from tests.e2e.running_bot import simulator
from tests.e2e.signers import everybody_signs, redelivered

PEOPLE = cases(short=12, full=40)


@pytest.mark.parametrize(("engine", "mode"), engines.crossed(*MODES))
async def test_every_update_delivered_three_times_counts_once(
    engine: str, mode: str, tmp_path: Path
) -> None:
    await engines.require(engine)
    async with (
        migrated.migrated_url(engine, tmp_path) as url,
        simulator("--no-limits") as address,
        Killable.running(tmp_path / "config.toml", api=address, database=url, **own_hook(mode)),
    ):
        await redelivered(address, times=3)
        signers = await everybody_signs(address, PEOPLE)
        await books.say_once(url, signers)
