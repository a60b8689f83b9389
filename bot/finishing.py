"""Finishing what is in hand before the bot stops."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
SECONDS = 5.0


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
