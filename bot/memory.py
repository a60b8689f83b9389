"""Return unused memory to the system.

The garbage collector looks seldom (bot/cli/run.py), and glibc keeps what has been freed between two
things that are still there, for each thread by itself: a busy bot would grow by some megabytes a
minute, though it holds no more than before (docs/performance.md, "A soak").
"""

import asyncio
import ctypes
import gc
from collections.abc import Callable

EVERY_SECONDS = 30.0

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of mallopt, as in glibc's malloc.h."""
_LARGE_BYTES = 128 * 1024


def tune_malloc() -> bool:
    """Take what is large, such as the pixels of a picture, from the system by itself, so that it
    goes back when it is freed, and let all threads share two heaps. Called before there are any
    (https://man7.org/linux/man-pages/man3/mallopt.3.html).

    Returns:
        False where the C library has no way to do that.
    """
    set_to = _of_glibc("mallopt")
    if set_to is None:
        return False
    set_to(_MMAP_THRESHOLD, _LARGE_BYTES)  # glibc's own first value; it would grow by itself
    set_to(_TRIM_THRESHOLD, _LARGE_BYTES)
    set_to(_ARENA_MAX, 2)
    return True


async def trim_memory() -> None:
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
    trim = _of_glibc("malloc_trim")
    if trim is None:
        return False
    trim(ctypes.c_size_t(0))
    return True


def _of_glibc(name: str) -> Callable[..., object] | None:
    """A function that neither musl nor macOS has; None there."""
    try:
        found: Callable[..., object] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError):
        return None
    return found
