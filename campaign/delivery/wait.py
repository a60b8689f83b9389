"""Wait for an event with a time-out, and tell why a wait was broken off."""

import asyncio


async def pause(seconds: float, sooner: asyncio.Event) -> bool:
    """Wait so long, or until the event is set.

    asyncio.wait_for would do, but for Python 3.11: there, who is cancelled in the moment in which
    the event comes is not (https://github.com/python/cpython/issues/86296), and goes on for ever.

    Returns:
        Whether the event is set.
    """
    try:
        async with asyncio.timeout(seconds):
            await sooner.wait()
    except TimeoutError:
        return False
    return True


def is_told_to_stop() -> bool:
    """Whether this task itself has been cancelled: asyncio.CancelledError also comes of waiting
    for another one that was."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
