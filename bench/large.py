"""A broadcast to 1,000,000 people, as a recorded run of about twenty minutes (`make bench-large`).

What must hold: the first message within a second; nobody's answer later by more than 100 ms because
it starts, goes on or ends; memory grows by less than 50 MB; after kill -9 it goes on within 2 s.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from bench.recorded import recorded_run
from bench.watched_bot import WatchedBot

PEOPLE, EVERY, RATE = 20, 1.0, 1000
IDLE_SECONDS = 20
RECORD = Path(__file__).with_name("large.json")


async def measure(listeners: int) -> dict[str, float]:
    """Figures by name: seconds, milliseconds, megabytes, messages a second."""
    with tempfile.TemporaryDirectory() as folder:
        bot = WatchedBot(Path(folder), listeners, people=PEOPLE, every=EVERY, rate=RATE)
        async with bot.running():
            await asyncio.sleep(5)
            await bot.figures()
            await asyncio.sleep(IDLE_SECONDS)
            idle, memory_before = await bot.figures(), bot.memory()
            began = await bot.send()
            await asyncio.sleep(10)
            starting, most_memory = await bot.figures(), bot.memory()
            while (await bot.broadcast()).sent < listeners // 2:
                await asyncio.sleep(2)
                most_memory = max(most_memory, bot.memory())
            going_on, seconds = await bot.figures(), time.monotonic() - began
            await bot.kill()
            await asyncio.sleep(1)
            await bot.figures()
            killed = time.monotonic()
            await bot.start()
            await asyncio.sleep(10)
            resumed = await bot.figures()
            while (await bot.broadcast()).status != "done":
                await asyncio.sleep(2)
                most_memory = max(most_memory, bot.memory())
            ending = await bot.figures()
            done = await bot.broadcast()
    assert ending["reached"] + done.unknown >= listeners, "somebody was skipped"
    return {
        "people": listeners,
        "messages_per_second": round((starting["bulk"] + going_on["bulk"]) / seconds),
        "first_message_s": round(starting["bulk_began_at"] - began, 2),
        "resumed_after_kill_s": round(resumed["bulk_began_at"] - killed, 2),
        "answer_idle_p50_ms": round(idle["p50_ms"], 1),
        "answer_idle_p99_ms": round(idle["p99_ms"], 1),
        "answer_starting_p99_ms": round(starting["p99_ms"], 1),
        "answer_going_on_p99_ms": round(going_on["p99_ms"], 1),
        "answer_ending_p99_ms": round(ending["p99_ms"], 1),
        "slowest_answer_ms": round(
            max(one["slowest_ms"] for one in (starting, going_on, ending)), 1
        ),
        "memory_before_mb": round(memory_before),
        "memory_growth_mb": round(most_memory - memory_before),
        "reached": ending["reached"],
        "twice": ending["twice"],
        "unknown": done.unknown,
    }


if __name__ == "__main__":
    recorded_run(measure, __doc__, people=1_000_000, into=RECORD)
