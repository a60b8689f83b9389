"""Memory that is not needed any more goes back to the system.

The garbage collector looks seldom (bot/cli/run.py), and glibc keeps what has been freed between two
things that are still there: a busy bot would grow by a megabyte a minute, though it holds no more
than before (docs/performance.md, "A soak").
"""

import asyncio
import ctypes
import gc

EVERY_SECONDS = 30.0


async def keep_memory_low() -> None:
    """Find what nobody holds any more and give back what is free, again and again. It takes some
    milliseconds: what was there at the start is frozen, and not looked through."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        gc.collect()
        await asyncio.to_thread(give_back)


def give_back() -> bool:
    """Return free memory to the system (https://man7.org/linux/man-pages/man3/malloc_trim.3.html).

    Returns:
        False where the C library has no way to do that.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):  # neither musl nor macOS has it
        return False
    trim(ctypes.c_size_t(0))
    return True
