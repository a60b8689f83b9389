"""Promises of the loop on which nobody waits: time is skipped, work is not."""

import asyncio
import sys
import threading
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.stage.skipping_loop import SkippingLoop

HOUR = 3600.0


def run(main: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        return runner.run(main)


def test_an_hour_is_over_at_once() -> None:
    async def main() -> float:
        begun = asyncio.get_running_loop().time()
        await asyncio.sleep(HOUR)
        return asyncio.get_running_loop().time() - begun

    begun = time.monotonic()
    assert run(main()) >= HOUR
    assert time.monotonic() - begun < HOUR / 60


def test_times_come_in_their_order() -> None:
    async def main() -> list[int]:
        came: list[int] = []

        async def comes(hours: int) -> None:
            await asyncio.sleep(hours * HOUR)
            came.append(hours)

        await asyncio.gather(*(comes(hours) for hours in (3, 1, 2)))
        return came

    assert run(main()) == [1, 2, 3]


def test_a_timeout_strikes_where_nothing_comes() -> None:
    async def main() -> None:
        async with asyncio.timeout(HOUR):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        run(main())


def test_a_thread_is_waited_for_before_any_time_is_skipped() -> None:
    async def main() -> str:
        free = threading.Event()
        asyncio.get_running_loop().call_later(0.01, free.set)
        async with asyncio.timeout(HOUR):
            return "done" if await asyncio.to_thread(free.wait, 60) else "too late"

    assert run(main()) == "done"


def test_a_process_is_waited_for_before_any_time_is_skipped() -> None:
    async def main() -> bytes:
        reads = "import sys; print(sys.stdin.read())"
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", reads, stdin=pipe, stdout=pipe
        )
        async with asyncio.timeout(HOUR):
            told, _ = await process.communicate(b"hello")
        assert process.returncode == 0
        return told

    assert run(main()).strip() == b"hello"
