"""How long an event loop is held, by a callback or by a thread that holds the GIL."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

EVERY = 0.002


@dataclass
class Watchdog:
    """The longest that the loop did not turn, in seconds of this process's own CPU time.

    Not by the clock on the wall: a busy machine holds everybody up, and is nobody's fault.
    """

    longest: float = 0.0

    async def run(self) -> None:
        before = time.process_time()
        while True:
            await asyncio.sleep(EVERY)
            now = time.process_time()
            self.longest = max(self.longest, now - before)
            before = now


@asynccontextmanager
async def watching() -> AsyncIterator[Watchdog]:
    """Watch this loop while the block runs. Collecting all that a test run has left lying about
    is not the bot's work, so it is done before."""
    gc.collect()
    gc.freeze()
    dog = Watchdog()
    task = asyncio.create_task(dog.run())
    await asyncio.sleep(2 * EVERY)
    dog.longest = 0.0
    try:
        yield dog
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
