"""Promises of the schedule: whatever the clock does, what is periodic goes on."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo

import apscheduler.schedulers.base
import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.jobs import schedule
from bot.jobs.schedule import Every, Periodic, run_schedule


class Wall(datetime):
    """The wall clock, which somebody may set."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.ahead


@pytest.fixture(autouse=True)
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    monkeypatch.setattr(Wall, "ahead", timedelta())
    for module in (apscheduler.schedulers.base, schedule):
        monkeypatch.setattr(module, "datetime", Wall)
    monkeypatch.setattr(schedule, "SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK", 0.01)
    return Wall


class Counted:
    def __init__(self) -> None:
        self.times = 0
        self.done = asyncio.Event()

    async def work(self) -> None:
        self.times += 1
        self.done.set()

    async def again(self) -> None:
        self.done.clear()
        await asyncio.wait_for(self.done.wait(), 60)


async def stopped(running: asyncio.Task[None]) -> None:
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def started(jobs: Sequence[Periodic]) -> asyncio.Task[None]:
    return asyncio.create_task(run_schedule(jobs))


@pytest.mark.parametrize("days", [-10_000, -1, -1 / 24, 1 / 24, 1, 10_000])
async def test_a_clock_that_is_set_stops_nothing(wall: type[Wall], days: float) -> None:
    often, nightly = Counted(), Counted()
    running = started(
        [
            Periodic("often", often.work, Every(0.01)),
            Periodic("nightly", nightly.work, CronTrigger(hour=3, minute=40, timezone=UTC)),
        ]
    )
    for _ in range(2):
        await often.again()
        wall.ahead += timedelta(days=days)
    await often.again()
    await often.again()
    now = wall.now(UTC)
    wall.ahead += now.replace(hour=3, minute=39, second=59) + timedelta(days=1) - now
    await nightly.again()
    await stopped(running)


async def test_what_was_missed_is_made_up_for_once(wall: type[Wall]) -> None:
    rare = Counted()
    running = started([Periodic("rare", rare.work, Every(3600))])
    await rare.again()
    wall.ahead += timedelta(days=365)
    often = Counted()
    beside = started([Periodic("often", often.work, Every(0.01))])
    await often.again()
    assert rare.times <= 2
    await stopped(running)
    await stopped(beside)


async def test_work_that_takes_long_is_not_done_twice_at_a_time() -> None:
    begun, other = [], Counted()

    async def long() -> None:
        begun.append(1)
        await asyncio.Event().wait()

    running = started([Periodic("long", long, Every(0.01)), Periodic("b", other.work, Every(0.01))])
    for _ in range(5):
        await other.again()
    assert begun == [1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.jobs.loops.SECONDS", 0.01)
        await stopped(running)


async def test_work_under_way_is_done_to_its_end_when_the_bot_stops() -> None:
    begun, done = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.05)
        done.append(1)

    running = started([Periodic("work", work, Every(3600))])
    await begun.wait()
    await stopped(running)
    assert done == [1]


async def test_work_that_fails_is_done_again() -> None:
    counted = Counted()

    async def fails() -> None:
        await counted.work()
        raise ValueError

    running = started([Periodic("fails", fails, Every(0.01))])
    for _ in range(3):
        await counted.again()
    await stopped(running)


async def test_who_is_to_wait_first_is_not_set_off_at_the_start() -> None:
    first, later = Counted(), Counted()
    running = started(
        [
            Periodic("later", later.work, Every(3600, wait_first=True)),
            Periodic("first", first.work, Every(0.01)),
        ]
    )
    await first.again()
    await first.again()
    assert later.times == 0
    await stopped(running)
