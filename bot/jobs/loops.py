"""Background loops that shut down cleanly."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog

from campaign.delivery.wait import is_told_to_stop
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

Result = TypeVar("Result")
SECONDS = 5.0
LONGEST_PAUSE = 3600.0
HEARD_WITHIN_SECONDS = 2 * SECONDS
"""Who goes on longer after being told to stop has not heard: its last work has SECONDS."""


Loop = Coroutine[Any, Any, None]
"""Goes on until it is cancelled, or has nothing left to do."""

Begin = Callable[[], Loop]
"""Begins a loop."""

Job = Callable[[], Coroutine[Any, Any, bool | None]]
"""Gives True while there is more that can be done at once."""


async def run_logged(what: str, work: Job) -> None:
    """Do this, as long as there is more of it; what goes wrong is logged. What is under way when
    the bot is stopped is done to its end.

    Args:
        what: what to call it in the log.
    """
    try:
        while await shielded(work()):
            pass
    except DatabaseUnavailable:
        log.warning("left for later: database away", what=what)
    except Exception:
        log.exception("failed, and tried again", what=what)


async def run_on_event(
    event: asyncio.Event, what: str, work: Job, *, pause_after: float = 0.0
) -> None:
    """Do this each time the event is set, whatever comes of it; never returns.

    Args:
        what: what to call it in the log.
        pause_after: seconds, in which what is set again waits and is done together.
    """
    while True:
        await event.wait()
        event.clear()
        await run_logged(what, work)
        await asyncio.sleep(pause_after)


async def keep_going(begin: Begin, *, again_after: float = 60.0) -> None:
    """Run a loop to its end; one that fails as nobody foresaw is begun anew, since nobody would
    notice that it does nothing any more.

    Args:
        again_after: seconds until then; after each failure that comes as soon, twice as many, an
            hour at the most.
    """
    what = getattr(getattr(begin, "func", begin), "__qualname__", "")
    pause = again_after
    while True:
        begun = time.monotonic()
        try:
            return await begin()
        except (Exception, asyncio.CancelledError) as fault:
            if isinstance(fault, asyncio.CancelledError) and is_told_to_stop():
                raise
            log.exception("failed, and begins anew", what=what)
        if time.monotonic() - begun > LONGEST_PAUSE:
            pause = again_after
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


@asynccontextmanager
async def either(*events: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set as soon as one of these is, while the block runs."""
    one_is = asyncio.Event()
    if any(event.is_set() for event in events):
        one_is.set()
    waiting = [asyncio.create_task(event.wait()) for event in events]
    for task in waiting:
        task.add_done_callback(lambda _: one_is.set())
    try:
        yield one_is
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def shielded(work: Coroutine[Any, Any, Result]) -> Result:
    """Do this even if the bot is being stopped meanwhile; after SECONDS, stop it all the same.

    Raises:
        asyncio.CancelledError: the bot is being stopped; the work has been done, or broken off.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=SECONDS)
        await cancel_and_wait([task])
        raise


async def cancel_and_wait(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Tell these to stop, if nobody has, and wait until they have, however they end.

    Who has been told is left to come to its end: a second time would cut that off. But a library
    may lose what it was told (campaign/delivery/wait.py says how), so who goes on is told again.
    """
    for task in tasks:
        if not task.cancelling():
            task.cancel()
    left = set(tasks)
    while left:
        try:
            _, left = await asyncio.wait(left, timeout=HEARD_WITHIN_SECONDS)
        finally:  # after that time, or because nobody is to wait any longer
            for task in left:
                task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
