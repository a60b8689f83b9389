"""Polling confirms what is handled and nothing else, whatever fails and whoever is slow."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.telegram import Handle, Redeliver, polling
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.polling import Polling
from tests.bot.servers import TOKEN, answering
from tests.bot.update_queue import UpdateQueue, message
from tests.engines import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "PAUSES", (0.02, 0.04))
    monkeypatch.setattr(polling, "LAST_WORK_SECONDS", 0.5)


class Office:
    """Handles updates; holds up the people it is told to, and keeps who came when."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.handled: list[int] = []
        self.by_person: defaultdict[int, list[int]] = defaultdict(list)
        self.gates: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.held: set[int] = set()
        self.closed = False
        self.refused = 0

    async def handle(self, update: dict[str, Any]) -> None:
        number, person = update["update_id"], update["message"]["from"]["id"]
        self.begun.append(number)
        if self.closed:
            self.refused += 1
            raise Redeliver
        if person in self.held:
            await self.gates[person].wait()
        await asyncio.sleep(0)
        self.handled.append(number)
        self.by_person[person].append(number)

    async def until_handled(self, *numbers: int) -> None:
        await until(lambda: set(numbers) <= set(self.handled))


async def until(it_is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(120):
        while not it_is_so():
            await asyncio.sleep(0.005)


class Shop:
    """Polling at work."""

    def __init__(self, running: "asyncio.Task[None]", stop: asyncio.Event) -> None:
        self.running, self.stop = running, stop

    async def closes(self) -> None:
        self.stop.set()
        await self.running


@asynccontextmanager
async def polling_from(queue: UpdateQueue, handle: Handle) -> AsyncIterator[Shop]:
    stop = asyncio.Event()
    async with answering(queue.answer) as address, AiohttpRequest() as request:
        poll = Polling(request, f"{address}/bot{TOKEN}", handle)
        running = asyncio.create_task(poll.run(stop))
        try:
            yield Shop(running, stop)
            if not running.done():
                await Shop(running, stop).closes()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_updates_are_handled_in_order_and_confirmed() -> None:
    queue, office = UpdateQueue(), Office()
    queue.put(*(message(n, 7) for n in range(1, 251)))
    async with polling_from(queue, office.handle):
        await queue.until_confirmed(*range(1, 251))
    assert office.handled == list(range(1, 251))
    assert queue.confirmed == list(range(1, 251))


async def test_an_update_is_not_confirmed_before_it_is_handled() -> None:
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 8), message(2, 7), message(3, 8))
    async with polling_from(queue, office.handle):
        await office.until_handled(1, 3)
        await asyncio.sleep(0.5)
        assert set(queue.confirmed) <= {1}
        office.gates[7].set()
        await queue.until_confirmed(1, 2, 3)


async def test_a_slow_chat_holds_up_nobody_else_and_nobody_is_handled_twice() -> None:
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 7))
    async with polling_from(queue, office.handle):
        loop = asyncio.get_running_loop()
        slowest = 0.0
        for number in range(2, 8):
            began = loop.time()
            queue.put(message(number, 1000 + number))
            await office.until_handled(number)
            slowest = max(slowest, loop.time() - began)
        assert slowest < polling.LONG_POLL_SECONDS / 2
        assert queue.confirmed == []
        office.gates[7].set()
        await queue.until_confirmed(*range(1, 8))
    assert sorted(office.handled) == list(range(1, 8))


async def test_waiting_for_a_slow_chat_does_not_mean_asking_all_the_time() -> None:
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 7))
    async with polling_from(queue, office.handle):
        await asyncio.sleep(1.5)
        assert len(queue.asked) < 8
        office.gates[7].set()


async def test_no_offset_is_asked_for_again_within_half_a_second() -> None:
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 7))
    async with polling_from(queue, office.handle):
        for number in range(2, 12):
            queue.put(message(number, 1000 + number))
            await asyncio.sleep(0.15)
        await office.until_handled(*range(2, 12))
        office.gates[7].set()
        await queue.until_confirmed(*range(1, 12))
    asks = [
        (given["offset"], at)
        for given, at in zip(queue.asked, queue.asked_at, strict=True)
        if given["limit"] > 1  # else it only confirms, at the end
    ]
    again = [later - at for (one, at), (two, later) in pairwise(asks) if one == two]
    assert again, "nothing was asked for again"
    assert min(again) >= 0.5


async def test_a_window_full_behind_a_slow_chat_goes_on_where_it_was() -> None:
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 7), *(message(n, 1000 + n) for n in range(2, 251)))
    async with polling_from(queue, office.handle):
        await office.until_handled(*range(2, 101))
        office.gates[7].set()
        await queue.until_confirmed(*range(1, 251))
    assert sorted(office.handled) == list(range(1, 251))


async def test_what_cannot_be_handled_now_is_handled_later_in_order() -> None:
    queue, office = UpdateQueue(), Office()
    office.closed = True
    queue.put(*(message(n, n % 3) for n in range(1, 31)))
    async with polling_from(queue, office.handle):
        with capture_logs() as logged:
            await until(lambda: office.refused > 3)
        assert queue.confirmed == []
        office.closed = False
        await queue.until_confirmed(*range(1, 31))
    for person in range(3):
        assert office.by_person[person] == [n for n in range(1, 31) if n % 3 == person]
    assert [event["event"] for event in logged].count("updates wait: they cannot be handled now")


async def test_a_failing_update_is_logged_confirmed_and_stops_nothing() -> None:
    queue = UpdateQueue()
    queue.put(message(1, 7, text="my secret opinion"), message(2, 7))

    async def handle(update: dict[str, Any]) -> None:
        if update["update_id"] == 1:
            raise ValueError("a bug")

    with capture_logs() as logged:
        async with polling_from(queue, handle):
            await queue.until_confirmed(1, 2)
    assert [(e["event"], e["update_id"]) for e in logged] == [("update given up", 1)]
    assert "opinion" not in str(logged)


async def test_stopping_finishes_what_is_in_hand_and_confirms_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "LAST_WORK_SECONDS", 120)
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(*(message(n, 7) for n in range(1, 6)))
    async with polling_from(queue, office.handle) as shop:
        await until(lambda: office.begun)
        shop.stop.set()
        await asyncio.sleep(0.05)
        office.gates[7].set()
        await shop.running
    assert office.handled == queue.confirmed == [1, 2, 3, 4, 5]
    assert not queue.waiting


async def test_stopping_does_not_wait_for_the_long_poll() -> None:
    queue, office = UpdateQueue(), Office()
    async with polling_from(queue, office.handle) as shop:
        await until(lambda: queue.asked)
        async with asyncio.timeout(polling.LONG_POLL_SECONDS / 2):
            await shop.closes()


async def test_stopping_tells_nothing_again_that_telegram_was_told_a_while_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "HEARD_SECONDS", 0.0)
    queue, office = UpdateQueue(), Office()
    queue.put(message(1, 7))
    async with polling_from(queue, office.handle):
        await queue.until_confirmed(1)
        asked = len(queue.asked)
    assert queue.asked[asked:] == []


async def test_stopping_leaves_what_cannot_be_handled_to_the_next_start() -> None:
    queue, office = UpdateQueue(), Office()
    queue.put(message(1, 8))
    async with polling_from(queue, office.handle):
        await office.until_handled(1)
        office.closed = True
        queue.put(message(2, 7), message(3, 7))
        await until(lambda: office.refused)
    assert queue.confirmed == [1]
    office.closed = False
    async with polling_from(queue, office.handle):
        await queue.until_confirmed(2, 3)
    assert office.handled == [1, 2, 3]


async def test_stopping_leaves_what_takes_too_long_to_the_next_start() -> None:
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 8), message(2, 7), message(3, 7), message(4, 8))
    async with polling_from(queue, office.handle):
        await office.until_handled(1, 4)
    assert queue.confirmed == [1]
    office.held = set()
    async with polling_from(queue, office.handle):
        await queue.until_confirmed(2, 3, 4)
    assert office.by_person[7] == [2, 3]


async def test_ending_at_once_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LAST_WORK_SECONDS", 2.0)
    queue, office = UpdateQueue(), Office()
    office.held = {7}
    queue.put(message(1, 7))
    async with polling_from(queue, office.handle) as shop:
        await until(lambda: office.begun)
        shop.stop.set()
        await asyncio.sleep(0.05)
        shop.running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await shop.running
        assert not [task for task in asyncio.all_tasks() if "Lanes" in repr(task)]
    assert office.handled == []


async def test_numbers_that_begin_again_from_below_are_taken_as_they_come() -> None:
    queue, office = UpdateQueue(), Office()
    queue.put(message(900, 7), message(901, 7))
    async with polling_from(queue, office.handle):
        await queue.until_confirmed(900, 901)
        queue.put(message(5, 7), message(6, 7))
        await queue.until_confirmed(5, 6)
        queue.put(message(7, 7))
        await queue.until_confirmed(7)
    assert office.handled == [900, 901, 5, 6, 7]


async def test_the_kinds_of_updates_wanted_are_named() -> None:
    queue, office = UpdateQueue(), Office()
    queue.put(message(1, 7))
    async with polling_from(queue, office.handle):
        await office.until_handled(1)
    assert "callback_query" in queue.asked[0]["allowed_updates"]
    assert queue.asked[0]["offset"] == 0


async def test_our_own_queue_misses_no_confirmation_while_it_begins_to_wait() -> None:
    queue = UpdateQueue()
    queue.put(message(1, 1))
    waiting = asyncio.create_task(queue.until_confirmed(1))
    await asyncio.sleep(0)
    queue._confirm(2)
    queue._changed.clear()  # as the next call does, which finds nothing and waits
    assert await asyncio.wait([waiting], timeout=PATIENCE_SECONDS) == ({waiting}, set())
