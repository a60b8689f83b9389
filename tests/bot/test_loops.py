"""Promises of coming to an end: who is told to stop stops, whatever happens at that moment."""

import asyncio

import pytest

from bot.jobs.loops import cancel_and_wait, keep_going
from campaign.delivery.wait import pause
from tests.engines import PATIENCE_SECONDS


async def test_a_pause_ends_by_the_event_or_by_time_and_says_which() -> None:
    event = asyncio.Event()
    assert not await pause(0.01, sooner=event)
    asyncio.get_running_loop().call_later(0.01, event.set)
    assert await pause(30, sooner=event)


@pytest.mark.parametrize("turns", range(5))
@pytest.mark.parametrize("at_once", [True, False], ids=["set before", "set meanwhile"])
async def test_who_is_stopped_while_pausing_stops_also_when_the_event_comes_then(
    turns: int, at_once: bool
) -> None:
    """asyncio.wait_for of Python 3.11 goes on (https://github.com/python/cpython/issues/86296)."""
    event = asyncio.Event()
    if at_once:
        event.set()
    pausing = asyncio.create_task(_pauses_for_ever(event))
    for _ in range(turns):
        await asyncio.sleep(0)
    event.set()
    pausing.cancel()
    assert await asyncio.wait([pausing], timeout=PATIENCE_SECONDS) == ({pausing}, set())


async def _pauses_for_ever(event: asyncio.Event) -> None:
    while True:
        await pause(60, sooner=event)
        event.clear()


async def test_who_has_not_heard_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs.loops.HEARD_WITHIN_SECONDS", 0.1)
    told = []

    async def hard_of_hearing() -> None:
        while len(told) < 3:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                told.append("stop")

    task = asyncio.create_task(hard_of_hearing())
    await asyncio.sleep(0)
    async with asyncio.timeout(120):
        await cancel_and_wait([task])
    assert told == ["stop"] * 3


async def test_who_comes_to_its_end_is_not_cut_off() -> None:
    finished = []

    async def careful() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.2)
            finished.append("all of it")

    task = asyncio.create_task(careful())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    await cancel_and_wait([task])
    assert finished == ["all of it"]


async def test_who_is_not_to_wait_any_longer_tells_those_waited_for() -> None:
    """A second Ctrl-C, or a second stop of who has tasks of its own."""
    finished = []

    async def careful() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(60)
            finished.append("all of it")

    task = asyncio.create_task(careful())
    await asyncio.sleep(0)
    ending = asyncio.create_task(cancel_and_wait([task]))
    await asyncio.sleep(0.01)
    ending.cancel()
    assert await asyncio.wait([ending, task], timeout=PATIENCE_SECONDS) == ({ending, task}, set())
    assert ending.cancelled()
    assert finished == []


async def test_nobody_to_wait_for() -> None:
    await cancel_and_wait([])


async def test_a_loop_that_fails_unforeseen_is_begun_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begun = 0

    async def fails_twice() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise LookupError("Ada Lovelace")

    await keep_going(fails_twice, again_after=0.0)
    assert begun == 3, "and comes to its end"
    said = capsys.readouterr().out
    assert said.count("begins anew") == 2
    assert "fails_twice" in said


async def test_a_loop_that_waited_for_what_somebody_else_stopped_is_begun_anew() -> None:
    begun = 0

    async def waits_in_vain() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            other = asyncio.create_task(asyncio.sleep(PATIENCE_SECONDS))
            other.cancel()
            await other

    await keep_going(waits_in_vain, again_after=0.0)
    assert begun == 2, "it was not told to stop itself"


async def test_a_loop_that_is_stopped_is_not_begun_anew() -> None:
    going = asyncio.create_task(keep_going(asyncio.Event().wait, again_after=0.0))
    await asyncio.sleep(0)
    await cancel_and_wait([going])
    assert going.cancelled()


async def test_a_loop_that_always_fails_is_begun_anew_ever_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []

    async def waits(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 9:
            raise GeneratorExit

    async def fails() -> None:
        raise LookupError

    monkeypatch.setattr(asyncio, "sleep", waits)
    with pytest.raises(GeneratorExit):
        await keep_going(fails)
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
