"""Killed at any moment, polling loses no update, and repeats none that was confirmed."""

import asyncio
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.amount import cases
from tests.bot.servers import TOKEN, answering
from tests.bot.update_queue import UpdateQueue, message

ROOT = Path(__file__).parents[2]
UPDATES = cases(short=350, full=1500)
HANDLED_BEFORE_EACH_KILL = cases(
    short=(3, 160), full=(3, 160, 40, 250, 90)
)  # 100 at the most are in hand


class Watched(UpdateQueue):
    """Notes each update that is confirmed before its line stands in the file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.too_early: list[int] = []

    def _confirm(self, offset: int) -> None:
        before = len(self.confirmed)
        super()._confirm(offset)
        written = lines(self.path)
        self.too_early += [n for n in self.confirmed[before:] if not written[n]]


def lines(path: Path) -> Counter[int]:
    return Counter(map(int, path.read_text().split())) if path.exists() else Counter()


@pytest.mark.crash
async def test_killed_at_any_moment_no_update_is_lost_and_no_confirmed_one_repeated(
    tmp_path: Path,
) -> None:
    dice = random.Random(20261123)
    path = tmp_path / "handled"
    queue = Watched(path)
    queue.put(*(message(n, n % 10) for n in range(1, UPDATES + 1)))
    confirmed_at_kill: list[tuple[list[int], Counter[int]]] = []
    async with answering(queue.answer) as address:

        async def start() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.bot.journal_bot"),
                *(f"{address}/bot{TOKEN}", str(path)),
                cwd=ROOT,
            )

        for more in HANDLED_BEFORE_EACH_KILL:
            enough = lines(path).total() + more
            bot = await start()
            async with asyncio.timeout(120):
                while lines(path).total() < enough:
                    await asyncio.sleep(0.005)
            await asyncio.sleep(dice.uniform(0.0, 0.02))
            bot.kill()
            await bot.wait()
            confirmed_at_kill.append((list(queue.confirmed), lines(path)))
        bot = await start()
        await queue.until_confirmed(*range(1, UPDATES + 1))
        bot.terminate()
        assert await bot.wait() == 0

    written = lines(path)
    assert set(written) == set(range(1, UPDATES + 1))
    assert queue.too_early == []
    assert 0 < len(confirmed_at_kill[-1][0]) < UPDATES, "killed before or after all the work"
    for confirmed, before in confirmed_at_kill:
        assert {n: written[n] for n in confirmed} == {n: before[n] for n in confirmed}
    in_hand = 100 * len(HANDLED_BEFORE_EACH_KILL)
    assert written.total() - UPDATES <= in_hand, "more was repeated than was in hand"
