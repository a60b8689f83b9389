"""Promises about memory: what is free goes back, and a bot without glibc runs as well."""

import asyncio
import gc
import platform
import subprocess
import sys
import weakref

import pytest

from bot import memory

HELD = """
def held():
    line = next(x for x in open("/proc/self/status") if "VmRSS" in x)
    return int(line.split()[1]) // 1024
"""

FREED = """
from bot.memory import give_back

kept = [bytes(100_000) for _ in range(2_000)]
kept = kept[::50]
before = held()
assert give_back()
print(before - held())
"""

DRAWN = """
import threading
from bot.memory import tune_malloc

assert tune_malloc()

def draw():
    for _ in range(20):
        pictures = [bytes(3_000_000) for _ in range(10)]
        small = [bytes(n % 1000) for n in range(1000)]

before = held()
for _ in range(8):
    drawing = threading.Thread(target=draw)
    drawing.start()
    drawing.join()
print(held() - before)
"""


def megabytes(program: str) -> int:
    """What a program tells that runs by itself."""
    told = subprocess.run([sys.executable, "-c", HELD + program], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return int(told.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can")
def test_what_threads_draw_leaves_nothing_behind() -> None:
    assert megabytes(DRAWN) < 10, "MB of the 30 that each drew"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can")
def test_what_was_freed_between_things_that_stay_goes_back() -> None:
    assert megabytes(FREED) > 100, "MB of the 196 that were free"


async def test_what_holds_itself_is_found_also_without_glibc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    monkeypatch.setattr(memory, "EVERY_SECONDS", 0)
    assert not memory.give_back()
    assert not memory.tune_malloc()

    class Held:
        def __init__(self) -> None:
            self.itself = self

    gc.disable()
    try:
        held = weakref.ref(Held())
        assert held() is not None
        keeping = asyncio.create_task(memory.trim_memory())
        async with asyncio.timeout(120):
            while held() is not None:
                await asyncio.sleep(0.01)
        keeping.cancel()
    finally:
        gc.enable()
