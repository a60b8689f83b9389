"""Wait for an event with a time-out."""

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
