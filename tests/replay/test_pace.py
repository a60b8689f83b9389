"""Promises of the story's pace: paused it waits, *Next* ends waiting, speed shortens it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from replay.pace import Pace
from tests.stage.skipping_loop import SkippingLoop

Act = Callable[[Pace], Awaitable[None]]


def story(*, playing: bool = True, speed: float = 1.0, skips: int = 0) -> dict[str, object]:
    return {"playing": playing, "speed": speed, "skips": skips}


def waits(seconds: float, meanwhile: Act | None = None, **before: object) -> float:
    """How long `Pace.wait` takes, on a loop that skips idle time."""

    async def measured() -> float:
        pace, loop = Pace(), asyncio.get_running_loop()
        if before:
            pace.take(story() | before)
            pace.begin_chapter()
        acting = asyncio.create_task(_nothing() if meanwhile is None else _acts(meanwhile, pace))
        begun = loop.time()
        await pace.wait(seconds)
        took = loop.time() - begun
        await acting
        return took

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        return runner.run(measured())


async def _nothing() -> None:
    return


async def _acts(act: Act, pace: Pace) -> None:
    await act(pace)


def test_it_waits_as_long_as_told() -> None:
    assert waits(6) == pytest.approx(6, abs=0.5)


@pytest.mark.parametrize("speed", [0.5, 2.0, 4.0])
def test_speed_shortens_and_stretches_waits(speed: float) -> None:
    assert waits(600, speed=speed) == pytest.approx(600 / speed, abs=1)


def test_another_speed_holds_for_what_is_left() -> None:
    async def doubles(pace: Pace) -> None:
        await asyncio.sleep(300)
        pace.take(story(speed=2))

    assert waits(600, doubles) == pytest.approx(450, abs=1)


def test_paused_it_waits_for_play() -> None:
    async def pauses(pace: Pace) -> None:
        await asyncio.sleep(100)
        pace.take(story(playing=False))
        await asyncio.sleep(5_000)
        pace.take(story())

    assert waits(600, pauses) == pytest.approx(5_600, abs=1)


def test_next_ends_the_wait() -> None:
    async def skips(pace: Pace) -> None:
        await asyncio.sleep(10)
        pace.take(story(skips=1))

    assert waits(600, skips) == pytest.approx(10, abs=1)


def test_next_skips_one_chapter_only() -> None:
    assert waits(600, skips=3) == pytest.approx(600, abs=1)


def test_even_a_wait_of_nothing_is_held_by_a_pause() -> None:
    async def plays(pace: Pace) -> None:
        await asyncio.sleep(50)
        pace.take(story())

    assert waits(0, plays, playing=False) == pytest.approx(50, abs=1)
