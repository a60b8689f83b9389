"""Memory that is not needed any more goes back to the system.

glibc keeps what has been freed between two things that are still there; a bot that draws pictures
now and then would grow by some megabytes an hour, though it holds no more than before
(docs/performance.md, "A soak").
"""

import asyncio
import ctypes

EVERY_SECONDS = 30.0


async def keep_memory_low() -> None:
    """Give back what is free, again and again; beside the event loop, for some milliseconds."""
    helps = True
    while helps:
        await asyncio.sleep(EVERY_SECONDS)
        helps = await asyncio.to_thread(give_back)


def give_back() -> bool:
    """Return free memory to the system (https://man7.org/linux/man-pages/man3/malloc_trim.3.html).

    Returns:
        False where the C library has no way to do that: then it is of no use to try again.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):  # neither musl nor macOS has it
        return False
    trim(ctypes.c_size_t(0))
    return True
