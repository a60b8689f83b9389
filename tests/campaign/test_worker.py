"""Promises of reading in a process of its own: it answers, or is ended, and never holds the bot."""

import asyncio
import os
import re
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from campaign import worker
from campaign.definition.campaign_file import parse_definition
from campaign.definition.problems import DefinitionError
from campaign.worker import Limits, WorkerDied
from tests import poison
from tests.watchdog import watching

ROOT = Path(__file__).parents[2]
LIMITS = Limits(seconds=60.0)


@pytest.fixture(autouse=True)
def _tests_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


async def test_a_worker_answers_what_the_function_gives() -> None:
    assert await worker.run(poison.double, 21, limits=LIMITS) == 42


async def test_it_tells_what_it_finds_part_by_part() -> None:
    told: list[tuple[int, int]] = []

    async def tell(number: int, of: int) -> None:
        told.append((number, of))

    said = await worker.run(poison.count, 3, limits=LIMITS, on_part=tell)
    assert (said, told) == ("counted", [(0, 3), (1, 3), (2, 3)])


async def test_a_rule_that_stands_in_the_way_is_raised_here_with_all_it_says() -> None:
    with pytest.raises(poison.Refused, match="for a reason"):
        await worker.run(poison.refuse, limits=LIMITS)
    with pytest.raises(DefinitionError) as refused:
        await worker.run(parse_definition, "slug = x\n", limits=LIMITS)
    assert refused.value.problems[0].line == 1


async def test_any_other_fault_is_logged_without_its_words() -> None:
    with capture_logs() as logs, pytest.raises(WorkerDied) as died:
        await worker.run(poison.fail, "Ada Lovelace", limits=LIMITS)
    assert died.value.why == "crash"
    assert "ValueError" in str(logs)
    assert "Ada" not in str(logs)


@pytest.mark.parametrize(
    ("function", "given", "limits", "why"),
    [
        (poison.die, (), LIMITS, "crash"),
        (poison.eat, (), LIMITS, "memory"),
        (poison.spin, (), Limits(seconds=60.0, cpu_seconds=1), "time"),
        (poison.spin, (), Limits(seconds=1.5), "time"),
        (re.match, ("(a+)+$", "a" * 60 + "b"), Limits(seconds=60.0, cpu_seconds=1), "time"),
    ],
    ids=["killed", "memory", "cpu", "clock", "holds the lock"],
)
async def test_what_takes_too_much_is_ended_and_the_loop_turns_all_the_while(
    function: object, given: tuple[object, ...], limits: Limits, why: str
) -> None:
    async with watching() as dog:
        with pytest.raises(WorkerDied) as died:
            await worker.run(function, *given, limits=limits)  # type: ignore[arg-type]
    assert died.value.why == why
    assert dog.longest < 0.05


async def test_the_bots_secrets_are_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAMOUR_TELEGRAM__TOKEN", "123:secret")
    assert await worker.run(poison.secrets, limits=LIMITS) == {}


async def test_nothing_is_left_of_a_worker_that_is_not_waited_for(tmp_path: Path) -> None:
    note = tmp_path / "number"
    waiting = asyncio.create_task(worker.run(poison.hold, note, limits=LIMITS))
    async with asyncio.timeout(120):
        while not (note.exists() and note.read_text()):
            await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


async def test_only_so_many_run_beside_each_other() -> None:
    asked = [worker.run(poison.double, number, limits=LIMITS) for number in range(6)]
    assert await asyncio.gather(*asked) == [0, 2, 4, 6, 8, 10]
