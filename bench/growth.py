"""How long answers take as a campaign grows: 1,000, 10,000, 100,000, 1,000,000 signers.

The same acts on databases of each size, in turns in one run, on SQLite and on PostgreSQL. Flat is
at most 1.3 times as long at 1,000,000 as at 1,000. Also how long a bot takes to start and what it
holds in memory then. `python -m bench.growth --most 100000` leaves out the largest.
"""

import asyncio
import gc
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import recorded
from bench.bot_process import start_bot, write_config
from bench.grown import BRANCHES, FIRST_TELEGRAM_ID, grown
from bench.silent_bot import SilentBot
from storage import staff
from storage.migrate import upgrade
from tests import engines
from tests.e2e.running_bot import simulator

RECORD = Path(__file__).with_name("growth.json")
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS, WARMING, STARTS = 200, 20, 3
OWNER = 77
POPULAR = FIRST_TELEGRAM_ID + BRANCHES
ACTS = (
    "signing, each step",
    "/start",
    "/friends",
    "/petitions",
    "/updates",
    "/funnel",
    "/withdraw",
)

Took = dict[str, dict[int, list[float]]]
"""Seconds by act and size."""


async def measure(most: int) -> dict[str, Any]:
    """Figures of each engine: milliseconds by act and size, seconds to start, MB at rest."""
    sizes = [size for size in SIZES if size <= most]
    return {engine: await _of_engine(engine, sizes) for engine in engines.ENGINES}


async def _of_engine(engine: str, sizes: Sequence[int]) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        urls = {}
        for size in sizes:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="clamour-growth-"))
            urls[size] = await stack.enter_async_context(_database(engine, size, Path(folder)))
        started = {size: await _started(urls[size]) for size in (sizes[0], sizes[-1])}
        async with AsyncExitStack() as open_bots:
            bots = {
                size: await open_bots.enter_async_context(SilentBot.open(urls[size]))
                for size in sizes
            }
            took = await _in_turns(bots)
    return {
        "answers": {act: _told(took[act]) for act in ACTS},
        "started": {str(size): figures for size, figures in started.items()},
    }


@asynccontextmanager
async def _database(engine: str, size: int, folder: Path) -> AsyncIterator[str]:
    """One of this size. SQLite files are kept for the next run in the system's temporary folder."""
    async with engines.fresh_url(engine, folder) as url:
        kept = Path(tempfile.gettempdir()) / f"clamour-grown-{size}.db"
        begun = time.monotonic()
        if engine == "sqlite":
            if not kept.exists():
                new = kept.with_suffix(f".{os.getpid()}")
                await grown(f"sqlite+aiosqlite:///{new}", size)
                new.rename(kept)
            await asyncio.to_thread(shutil.copyfile, kept, folder / "clamour.db")
            await upgrade(url)
        else:
            await grown(url, size)
        print(f"{engine}, {size:,}: there after {time.monotonic() - begun:.0f} s", flush=True)
        yield url


async def _in_turns(bots: dict[int, SilentBot]) -> Took:
    """Round after round, the same person does the same on each, in an order by lot."""
    took: Took = {act: {size: [] for size in bots} for act in ACTS}
    for bot in bots.values():
        async with bot.services.database.transaction() as db:
            await staff.upsert(db, OWNER, "owner", datetime.now(UTC))
    gc.collect()
    gc.freeze()
    lot, order = random.Random(1), list(bots)
    for number in range(WARMING + ROUNDS):
        for act in ACTS:
            lot.shuffle(order)
            for size in order:
                seconds = await _act(bots[size], act, 2 * 10**9 + number)
                if number >= WARMING:
                    took[act][size] += seconds
    return took


async def _act(bot: SilentBot, act: str, newcomer: int) -> list[float]:
    """How long each answer took (seconds). Who signs stays the round's person for what follows."""
    if act == "/funnel":
        return [await bot.says(OWNER, act)]
    if act == "/friends":
        return [await bot.says(POPULAR, act)]
    if act == "/withdraw":
        return [await bot.says(newcomer, act), await bot.taps(newcomer, "Yes, take my name off")]
    if act != ACTS[0]:
        return [await bot.says(newcomer, act)]
    seconds = [
        await bot.says(newcomer, f"/start r_{POPULAR}"),
        await bot.taps(newcomer, "✍️ Sign"),
        await bot.taps(newcomer, "Use “"),
        await bot.says(newcomer, "E1 6AN"),
        await bot.taps(newcomer, "Sign and keep me posted"),
    ]
    assert "You have signed" in bot.text
    return seconds


def _told(took: dict[int, list[float]]) -> dict[str, Any]:
    """Milliseconds within which half, and 99 of 100, are answered; the largest by the smallest."""
    half = {size: statistics.median(seconds) * 1000 for size, seconds in took.items()}
    most = {size: statistics.quantiles(seconds, n=100)[98] * 1000 for size, seconds in took.items()}
    first, last = min(took), max(took)
    return {
        "p50_ms": {str(size): round(value, 2) for size, value in half.items()},
        "p99_ms": {str(size): round(value, 2) for size, value in most.items()},
        "p50_ratio": round(half[last] / half[first], 2),
        "p99_ratio": round(most[last] / most[first], 2),
    }


async def _started(url: str) -> dict[str, float]:
    """Seconds from the command to the first question for updates, half of a few times; and what it
    holds in memory some seconds later (MB, resident)."""
    seconds, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        sections = f'[storage]\nurl = "{url}"\ntombstones = "{folder}/tombstones"\n'
        for _ in range(STARTS):
            async with simulator() as address:
                config = write_config(Path(folder), address, sections)
                began = time.monotonic()
                bot = await start_bot(config)
                try:
                    await recorded.until_it_asks(address)
                    seconds.append(time.monotonic() - began)
                    await asyncio.sleep(5)
                    memory.append(recorded.resident_mb(bot.pid))
                finally:
                    bot.terminate()
                    await bot.wait()
    return {
        "seconds": round(statistics.median(seconds), 2),
        "memory_mb": round(statistics.median(memory)),
    }


if __name__ == "__main__":
    recorded.recorded_run(measure, __doc__, people=SIZES[-1], into=RECORD, option="--most")
