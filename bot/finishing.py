"""Work beside the updates: done again and again, and finished before the bot stops."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

Result = TypeVar("Result")
SECONDS = 5.0


async def keep_doing(what: str, work: Callable[[], Awaitable[None]], *, every: float) -> None:
    """Do this, pause, and do it again, whatever comes of it; never returns.

    Args:
        what: what to call it in the log.
        every: the pause in seconds.
    """
    while True:
        try:
            await work()
        except DatabaseUnavailable:
            log.warning("left for later: database away", what=what)
        except Exception:
            log.exception("failed, and tried again", what=what)
        await asyncio.sleep(every)


async def to_its_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Do this even if the bot is being stopped meanwhile; after SECONDS, stop it all the same.

    Raises:
        asyncio.CancelledError: the bot is being stopped; the work has been done, or broken off.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
