"""Answers go at once; bulk keeps the pace, gives way, and learns from refusals."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from telegram.error import BadRequest, RetryAfter

from channels.telegram.rate_limiter import TwoLaneRateLimiter


class Time:
    """A clock that stands until somebody waits for it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._count), future))
        await future

    async def passes(self, seconds: float) -> None:
        end = self.now + seconds
        await self._settles()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
            await self._settles()
        self.now = end

    async def _settles(self) -> None:
        for _ in range(8):
            await asyncio.sleep(0)


class Wire:
    """Sends through the pacer and keeps when what went out."""

    def __init__(self, messages_per_second: float = 30) -> None:
        self.time = Time()
        self.rate_limiter = TwoLaneRateLimiter(
            messages_per_second=messages_per_second, clock=self.time.clock, sleep=self.time.sleep
        )
        self.sent: list[tuple[float, str, Any]] = []
        self.refusals: list[tuple[Callable[[str, Any], bool], Exception]] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.ways: Iterator[tuple[float, float]] = itertools.repeat((0.0, 0.0))
        """Seconds that a message takes to Telegram, and its answer back."""

    def refuses_once(self, fault: Exception, *, chat: Any = ..., lane: str = "") -> None:
        def concerns(its_lane: str, its_chat: Any) -> bool:
            return chat in (..., its_chat) and lane in ("", its_lane)

        self.refusals.append((concerns, fault))

    async def _goes_out(self, lane: str, chat: Any) -> bool:
        for refusal in self.refusals:
            if refusal[0](lane, chat):
                self.refusals.remove(refusal)
                raise refusal[1]
        there, back = next(self.ways)
        if there:
            await self.time.sleep(there)
        self.sent.append((self.time.now, lane, chat))
        if back:
            await self.time.sleep(back)
        return True

    def send(self, lane: str, chat: Any) -> "asyncio.Task[Any]":
        coroutine: Coroutine[Any, Any, Any] = self.rate_limiter.process_request(
            self._goes_out,
            (lane, chat),
            {},
            "sendMessage",
            {} if chat is None else {"chat_id": chat},
            "bulk" if lane == "bulk" else None,
        )
        task = asyncio.create_task(coroutine)
        self.tasks.append(task)
        return task

    def times(self, lane: str) -> list[float]:
        return [at - 1000.0 for at, its_lane, _ in self.sent if its_lane == lane]

    async def ends(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def wire() -> Any:
    wire = Wire()
    yield wire
    await wire.ends()


async def test_answers_go_at_once_however_many(wire: Wire) -> None:
    for chat in range(500):
        wire.send("answers", chat)
    await wire.time.passes(0)
    assert wire.times("answers") == [0.0] * 500


async def test_bulk_is_spread_evenly_below_the_ceiling(wire: Wire) -> None:
    for chat in range(100):
        wire.send("bulk", chat)
    await wire.time.passes(10)
    times = wire.times("bulk")
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(times) == 100
    assert min(gaps[1:]) > 1 / 30
    assert max(gaps) < 1.05 / 30
    assert times[-1] == pytest.approx(99 / 30, rel=0.03)


async def test_bulk_goes_in_the_order_it_came(wire: Wire) -> None:
    for chat in range(50):
        wire.send("bulk", chat)
    await wire.time.passes(10)
    assert [chat for _, _, chat in wire.sent] == list(range(50))


@given(
    rate=st.integers(1, 1000),
    steps=st.lists(
        st.tuples(st.sampled_from(["bulk", "answers", "late"]), st.floats(0, 0.3)), max_size=60
    ),
)
async def test_in_no_second_goes_more_bulk_than_the_ceiling(
    rate: int, steps: list[tuple[str, float]]
) -> None:
    wire = Wire(rate)
    chats = itertools.count()
    for kind, seconds in steps:
        if kind == "late":
            wire.time.now += seconds  # the machine was busy: every timer wakes late
        else:
            for _ in range(20):
                wire.send(kind, next(chats))
            await wire.time.passes(seconds)
    await wire.time.passes(3)
    times = wire.times("bulk")
    for first, last in zip(times, times[rate:], strict=False):
        assert last - first >= 1 - 1e-9
    await wire.ends()


@given(
    rate=st.integers(1, 60),
    ways=st.lists(st.tuples(st.floats(0, 0.9), st.floats(0, 0.3)), min_size=1, max_size=20),
)
async def test_messages_that_linger_on_the_way_do_not_arrive_in_one_second_with_too_many(
    rate: int, ways: list[tuple[float, float]]
) -> None:
    wire = Wire(rate)
    wire.ways = itertools.cycle(ways)
    for chat in range(3 * rate):
        wire.send("bulk", chat)
    await wire.time.passes(30)
    times = wire.times("bulk")
    assert len(times) == 3 * rate
    for first, last in zip(times, times[rate:], strict=False):
        assert last - first >= 1 - 1e-9
    await wire.ends()


async def test_answers_take_their_share_of_the_pace_from_bulk(wire: Wire) -> None:
    for chat in range(200):
        wire.send("bulk", chat)
    for chat in range(1000, 1080):
        wire.send("answers", chat)
        await wire.time.passes(0.05)
    assert len(wire.times("answers")) == 80
    assert 35 <= len(wire.times("bulk")) <= 42  # 4 s at 30/s, less 80 answers


async def test_bulk_never_stands_still_however_much_is_answered(wire: Wire) -> None:
    for chat in range(20):
        wire.send("bulk", chat)
    for chat in range(1000, 2000):
        wire.send("answers", chat)
        await wire.time.passes(0.01)
    assert 9 <= len(wire.times("bulk")) <= 12


async def test_bulk_writes_to_one_chat_once_a_second_and_after_an_answer(wire: Wire) -> None:
    wire.send("answers", 7)
    for _ in range(3):
        wire.send("bulk", 7)
    wire.send("bulk", 8)
    await wire.time.passes(10)
    bulk = [(at - 1000, chat) for at, lane, chat in wire.sent if lane == "bulk"]
    assert [at for at, chat in bulk if chat == 7] == pytest.approx([1, 2, 3], abs=0.05)
    assert [at for at, chat in bulk if chat == 8] == pytest.approx([0], abs=0.05)


async def test_bulk_that_stands_in_line_lets_an_answer_to_its_chat_pass(wire: Wire) -> None:
    for chat in range(31):
        wire.send("bulk", chat)
    await wire.time.passes(0.5)
    wire.send("answers", 30)
    await wire.time.passes(5)
    assert [round(at - 1000, 1) for at, _, chat in wire.sent if chat == 30] == [0.5, 1.5]


async def test_a_refused_answer_is_given_back_at_once_and_holds_its_chat_alone(
    wire: Wire,
) -> None:
    wire.refuses_once(RetryAfter(5), chat=7)
    refused = wire.send("answers", 7)
    await wire.time.passes(1)
    after_it = wire.send("answers", 7)
    wire.send("answers", 8)
    await wire.time.passes(0)
    for task, seconds in ((refused, 5), (after_it, 4)):
        with pytest.raises(RetryAfter) as raised:
            await task
        assert raised.value.retry_after.total_seconds() == seconds  # type: ignore[union-attr]
    assert [chat for _, _, chat in wire.sent] == [8]
    await wire.time.passes(4)
    assert await wire.send("answers", 7) is True


async def test_a_refused_answer_without_a_chat_holds_nothing_else(wire: Wire) -> None:
    wire.refuses_once(RetryAfter(5))
    first = wire.send("answers", None)
    await wire.time.passes(0)
    wire.send("answers", None)
    await wire.time.passes(1)
    assert len(wire.sent) == 1
    await wire.time.passes(5)
    assert await first is True


async def test_a_very_long_wait_is_told_instead_of_hanging_and_telegram_is_left_alone(
    wire: Wire,
) -> None:
    wire.refuses_once(RetryAfter(3600), chat=7)
    first = wire.send("answers", 7)
    await wire.time.passes(60)
    second = wire.send("answers", 7)
    await wire.time.passes(0)
    for task, seconds in ((first, 3600), (second, 3540)):
        with pytest.raises(RetryAfter) as raised:
            await task
        assert raised.value.retry_after.total_seconds() == seconds  # type: ignore[union-attr]
    assert wire.sent == []
    await wire.time.passes(3600)
    assert await wire.send("answers", 7) is True


async def test_what_concerns_no_chat_is_done_after_many_short_waits(wire: Wire) -> None:
    for _ in range(8):
        wire.refuses_once(RetryAfter(1))
    task = wire.send("answers", None)
    await wire.time.passes(9)
    assert await task is True


@pytest.mark.parametrize(
    ("lane", "chat", "seconds"), [("answers", None, 12), ("bulk", 7, 1)], ids=["no chat", "bulk"]
)
async def test_what_is_refused_again_and_again_is_told(
    wire: Wire, lane: str, chat: int | None, seconds: int
) -> None:
    for _ in range(3):
        wire.refuses_once(RetryAfter(seconds))
    task = wire.send(lane, chat)
    await wire.time.passes(40)
    with pytest.raises(RetryAfter):
        await task
    assert wire.refusals == []


@pytest.mark.parametrize("lane", ["answers", "bulk"])
async def test_any_other_refusal_is_told_at_once(wire: Wire, lane: str) -> None:
    wire.refuses_once(BadRequest("chat not found"))
    with pytest.raises(BadRequest):
        await wire.send(lane, 7)


async def test_refused_bulk_waits_as_a_whole_while_answers_go_on(wire: Wire) -> None:
    for chat in (0, 1):
        wire.refuses_once(RetryAfter(5), chat=chat)
    for chat in range(10):
        wire.send("bulk", chat)
    await wire.time.passes(1)
    wire.send("answers", 100)
    await wire.time.passes(3.9)
    assert [chat for _, _, chat in wire.sent] == [100]
    await wire.time.passes(10)
    sent = sorted(chat for _, lane, chat in wire.sent if lane == "bulk")
    assert sent == list(range(1, 10)), "the first was given back, as if it were for its chat alone"


async def test_refused_bulk_goes_on_at_half_the_rate_and_recovers_step_by_step(wire: Wire) -> None:
    for chat in (7, 8):
        wire.refuses_once(RetryAfter(2), lane="bulk")
        wire.send("bulk", chat)
    await wire.time.passes(1 / 25)
    rates = []
    for _ in range(8):
        rates.append(round(wire.rate_limiter.bulk_rate, 6))
        await wire.time.passes(5)
    assert rates == [15, 15, 18, 21, 24, 27, 30, 30]


async def test_a_chat_that_is_refused_in_bulk_holds_up_no_other(wire: Wire) -> None:
    for chat in (5, 25):
        wire.refuses_once(RetryAfter(2), chat=chat)
    for chat in range(60):
        wire.send("bulk", chat)
    await wire.time.passes(3)
    assert wire.rate_limiter.bulk_rate == 30
    assert len(wire.sent) >= 60
    at = {chat: round(moment - 1000, 1) for moment, _, chat in wire.sent}
    assert max(at[4], at[6]) <= 0.2
    assert at[5] >= 2.1, "its own wait"


async def test_bulk_to_a_chat_that_has_to_wait_long_is_given_back_at_once(wire: Wire) -> None:
    wire.refuses_once(RetryAfter(20), chat=5)
    held = wire.send("bulk", 5)
    wire.send("bulk", 6)
    await wire.time.passes(0.5)
    with pytest.raises(RetryAfter):
        await held
    assert [chat for _, _, chat in wire.sent] == [6]
    assert wire.rate_limiter.bulk_rate == 30


async def test_refusals_of_what_was_on_its_way_together_slow_bulk_once(wire: Wire) -> None:
    async def refused_after_a_second() -> bool:
        await wire.time.sleep(1)
        raise RetryAfter(2)

    for chat in range(5):
        call = wire.rate_limiter.process_request(
            refused_after_a_second, (), {}, "sendMessage", {"chat_id": chat}, "bulk"
        )
        wire.tasks.append(asyncio.create_task(call))
    await wire.time.passes(1.5)
    assert wire.rate_limiter.bulk_rate == 15


async def test_bulk_is_never_slowed_to_nothing(wire: Wire) -> None:
    for chat in range(20):
        wire.refuses_once(RetryAfter(1), lane="bulk")
        wire.send("bulk", chat)
        await wire.time.passes(2)
    assert 30 * 0.05 <= wire.rate_limiter.bulk_rate <= 30 * 0.1


async def test_a_very_long_wait_in_bulk_is_told_to_everyone_in_the_line(wire: Wire) -> None:
    wire.refuses_once(RetryAfter(3600), lane="bulk")
    tasks = [wire.send("bulk", chat) for chat in range(5)]
    await wire.time.passes(1)
    for task in tasks:
        with pytest.raises(RetryAfter):
            await task
    assert await wire.send("answers", 7) is True


async def test_giving_up_a_waiting_bulk_message_keeps_nobody_else_waiting(wire: Wire) -> None:
    first, second, third = (wire.send("bulk", chat) for chat in range(3))
    await wire.time.passes(0)
    second.cancel()
    await wire.time.passes(0.04)
    assert [chat for _, _, chat in wire.sent] == [0, 2]
    assert first.done()
    assert third.done()


async def test_a_wait_is_logged_without_the_chat(wire: Wire) -> None:
    wire.refuses_once(RetryAfter(1))
    with capture_logs() as logged:
        wire.send("answers", 4711)
        await wire.time.passes(2)
    assert [(e["event"], e["lane"], e["seconds"]) for e in logged] == [
        ("held by Telegram", "answers", 1)
    ]
    assert "4711" not in str(logged)
