"""One chat's updates in order, chats side by side, each once, never too many at a time."""

import asyncio
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from channels import ordering
from channels.ordering import ChatQueues, lane_of
from channels.telegram import Redeliver
from handlers import receipt
from tests.bot.update_queue import message


class Crowd:
    """A handler whose every update goes on until it is let go."""

    def __init__(self) -> None:
        self.running: dict[int, asyncio.Future[None]] = {}
        self.begun: defaultdict[int, list[int]] = defaultdict(list)
        self.ended: list[int] = []
        self.most_at_once = 0

    async def handle(self, update: dict[str, Any]) -> None:
        number, person = update["update_id"], update["message"]["from"]["id"]
        assert number not in self.running
        self.begun[person].append(number)
        self.running[number] = asyncio.get_running_loop().create_future()
        self.most_at_once = max(self.most_at_once, len(self.running))
        try:
            await self.running[number]
        finally:
            del self.running[number]
        self.ended.append(number)

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


@given(
    people=st.lists(st.integers(1, 4), max_size=25),
    running=st.integers(1, 5),
    data=st.data(),
)
async def test_whatever_ends_first_each_chat_is_in_order_and_each_update_is_handled_once(
    people: list[int], running: int, data: st.DataObject
) -> None:
    crowd = Crowd()

    async def no_pause(attempt: int) -> None:
        return

    runs = ChatQueues(crowd.handle, running=running, pause=no_pause)
    tasks = [asyncio.create_task(runs.do(message(n, who))) for n, who in enumerate(people)]
    await crowd.settle()
    again: Counter[int] = Counter()
    while crowd.running:
        number = data.draw(st.sampled_from(sorted(crowd.running)))
        outcome = data.draw(st.sampled_from(["done", "failed", "again", "cancelled inside"]))
        future = crowd.running[number]
        match outcome:
            case "again":
                again[number] += 1
                future.set_exception(Redeliver())
            case "failed":
                future.set_exception(ValueError("a bug"))
            case "cancelled inside":
                future.cancel()
            case _:
                future.set_result(None)
        with capture_logs():
            await crowd.settle()
    await asyncio.gather(*tasks)
    for person, begun in crowd.begun.items():
        sent = [n for n, who in enumerate(people) if who == person]
        assert begun == [n for n in sent for _ in range(1 + again[n])]
    assert sum(map(len, crowd.begun.values())) == len(people) + again.total()
    assert crowd.most_at_once <= running


async def test_chats_run_side_by_side() -> None:
    crowd = Crowd()
    runs = ChatQueues(crowd.handle)
    tasks = [asyncio.create_task(runs.do(message(n, n))) for n in range(20)]
    await crowd.settle()
    assert len(crowd.running) == 20
    for future in crowd.running.values():
        future.set_result(None)
    await asyncio.gather(*tasks)


async def test_what_waits_for_another_attempt_leaves_its_place_to_other_chats() -> None:
    order: list[int] = []
    database = asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        if update["update_id"] == 1 and not database.is_set():
            raise Redeliver
        order.append(update["update_id"])

    async def until_it_is_back(attempt: int) -> None:
        await database.wait()

    runs = ChatQueues(handle, running=1, pause=until_it_is_back)
    first, behind = (asyncio.create_task(runs.do(message(n, 7))) for n in (1, 2))
    await runs.do(message(3, 8))
    assert order == [3]
    database.set()
    await asyncio.gather(first, behind)
    assert order == [3, 1, 2]


async def test_what_waits_behind_an_update_that_is_left_is_left_too() -> None:
    handled: list[int] = []

    async def handle(update: dict[str, Any]) -> None:
        handled.append(update["update_id"])
        await asyncio.sleep(0)
        if update["update_id"] == 1:
            raise Redeliver

    runs = ChatQueues(handle)
    outcomes = await asyncio.gather(
        *(runs.do(message(n, 7)) for n in (1, 2)), runs.do(message(3, 8)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [Redeliver, Redeliver, type(None)]
    assert handled == [1, 3]
    await runs.do(message(2, 7))
    assert handled == [1, 3, 2]


async def test_more_than_may_wait_are_left() -> None:
    crowd = Crowd()
    runs = ChatQueues(crowd.handle, running=2, waiting=3)
    tasks = [asyncio.create_task(runs.do(message(n, n))) for n in range(5)]
    await crowd.settle()
    with pytest.raises(Redeliver):
        await runs.do(message(5, 5))
    while crowd.running:
        for future in list(crowd.running.values()):
            future.set_result(None)
        await crowd.settle()
    await asyncio.gather(*tasks)
    assert len(crowd.ended) == 5


async def test_a_failure_is_logged_with_a_reference_and_without_what_was_said() -> None:
    async def handle(update: dict[str, Any]) -> None:
        raise ValueError("a bug")

    with capture_logs() as logged:
        await ChatQueues(handle).do(message(1, 7, text="my secret opinion"))
    [event] = logged
    assert event["event"] == "update given up"
    assert event["update_id"] == 1
    assert len(event["reference"]) == 6
    assert "opinion" not in str(logged)


async def test_an_update_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "HANDLING_SECONDS", 0.01)

    async def handle(update: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    with capture_logs() as logged:
        await ChatQueues(handle).do(message(1, 7))
    assert [event["event"] for event in logged] == ["update given up"]


async def test_giving_up_the_wait_stops_what_runs_and_frees_its_place() -> None:
    crowd = Crowd()
    runs = ChatQueues(crowd.handle, running=1)
    task = asyncio.create_task(runs.do(message(1, 7)))
    await crowd.settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert crowd.running == {}
    again = asyncio.create_task(runs.do(message(1, 7)))
    await crowd.settle()
    crowd.running[1].set_result(None)
    await again
    assert crowd.ended == [1]


ADA = {"id": 7, "is_bot": False, "first_name": "Ada"}
PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -100, "type": "supergroup"}


@pytest.mark.parametrize(
    ("content", "lane"),
    [
        ({"message": {"chat": PRIVATE, "from": ADA}}, 7),
        ({"edited_message": {"chat": PRIVATE, "from": ADA}}, 7),
        ({"callback_query": {"from": ADA, "message": {"chat": PRIVATE}}}, 7),
        ({"callback_query": {"from": ADA, "inline_message_id": "1"}}, 7),
        ({"my_chat_member": {"chat": PRIVATE, "from": ADA}}, 7),
        ({"inline_query": {"from": ADA, "query": ""}}, 7),
        ({"poll_answer": {"user": ADA}}, 7),
        ({"message": {"chat": GROUP, "from": ADA}}, -100),
        ({"channel_post": {"chat": GROUP}}, -100),
    ],
)
def test_a_person_has_one_lane_and_a_group_another(content: dict[str, Any], lane: int) -> None:
    assert lane_of({"update_id": 1, **content}) == lane


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["chat", "from", "user", "id", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query"]), json_values))
def test_anything_has_a_lane(update: dict[str, Any]) -> None:
    assert {lane_of(update): "usable as a key"}


async def test_when_an_update_came_is_known_however_often_it_is_brought() -> None:
    came: list[timedelta] = []

    async def handle(_: dict[str, Any]) -> None:
        came.append(receipt.waited())
        if len(came) == 1:
            await asyncio.sleep(0.05)
            raise Redeliver

    queues = ChatQueues(handle)
    with pytest.raises(Redeliver):
        await queues.do(message(1, 1))
    await queues.do(message(1, 1))
    await queues.do(message(1, 1))
    assert came[1] >= timedelta(milliseconds=50) > came[2]
