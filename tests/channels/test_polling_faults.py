"""Polling outlives every fault of Telegram's and of the line, and tells the one that is final."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from telegram.error import InvalidToken

from channels.telegram import Redeliver, polling
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.polling import Polling
from tests.bot.servers import TOKEN, answering, refused
from tests.bot.update_queue import UpdateQueue, message


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "PAUSES", (0.02, 0.04))
    monkeypatch.setattr(polling, "WORK_SECONDS", 0.01)
    monkeypatch.setattr(polling, "WORK_SECONDS_WHEN_NOTHING_NEW", (0.02,))


async def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def html(request: web.Request) -> web.StreamResponse:
    return web.Response(status=502, text="<html>Bad Gateway</html>")


async def html_not_found(request: web.Request) -> web.StreamResponse:
    return web.Response(status=404, text="<html>Not Found</html>")


async def server_error(request: web.Request) -> web.StreamResponse:
    return refused(500, "Internal Server Error")


async def too_many(request: web.Request) -> web.StreamResponse:
    return refused(429, "Too Many Requests: retry after 1", retry_after=1)


async def conflict(request: web.Request) -> web.StreamResponse:
    return refused(409, "Conflict: terminated by other getUpdates request")


async def unauthorized(request: web.Request) -> web.StreamResponse:
    return refused(401, "Unauthorized")


async def not_found(request: web.Request) -> web.StreamResponse:
    return refused(404, "Not Found")


async def deep(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"[" * 100_000)


async def a_list(request: web.Request) -> web.StreamResponse:
    return web.json_response([1])


async def no_result(request: web.Request) -> web.StreamResponse:
    return web.json_response({"ok": True, "result": None})


async def no_updates(request: web.Request) -> web.StreamResponse:
    return web.json_response({"ok": True, "result": [None, {}, {"update_id": "7"}]})


PASSING = [cut, html, html_not_found, server_error, conflict, deep, a_list, no_result, no_updates]


async def poll_until_confirmed(queue: UpdateQueue, handle: Any, *numbers: int) -> None:
    stop = asyncio.Event()
    async with answering(queue.answer) as address, AiohttpRequest() as request:
        running = asyncio.create_task(Polling(request, f"{address}/bot{TOKEN}", handle).run(stop))
        waiting = asyncio.create_task(queue.until_confirmed(*numbers))
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        stop.set()
        await running


async def nothing(update: dict[str, Any]) -> None:
    pass


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_that_passes_is_waited_out(fault: Any) -> None:
    queue = UpdateQueue()
    queue.put(message(1, 7))
    queue.faults.extend([fault, fault])
    with capture_logs() as logged:
        await poll_until_confirmed(queue, nothing, 1)
    assert queue.confirmed == [1]
    assert logged
    assert TOKEN not in str(logged)


async def test_another_program_on_the_same_bot_is_named_as_the_reason() -> None:
    queue = UpdateQueue()
    queue.put(message(1, 7))
    queue.faults.append(conflict)
    with capture_logs() as logged:
        await poll_until_confirmed(queue, nothing, 1)
    assert "another program takes this bot's updates" in [event["event"] for event in logged]


async def test_a_wait_that_telegram_asks_for_is_kept() -> None:
    queue = UpdateQueue()
    queue.put(message(1, 7))
    queue.faults.append(too_many)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await poll_until_confirmed(queue, nothing, 1)
    assert loop.time() - began >= 1


async def test_stopping_in_the_middle_of_a_long_wait_is_quick() -> None:
    queue = UpdateQueue()

    async def much_too_many(request: web.Request) -> web.StreamResponse:
        return refused(429, "Too Many Requests: retry after 3600", retry_after=3600)

    queue.faults.append(much_too_many)
    stop = asyncio.Event()
    async with answering(queue.answer) as address, AiohttpRequest() as request:
        running = asyncio.create_task(Polling(request, f"{address}/bot{TOKEN}", nothing).run(stop))
        await asyncio.sleep(0.1)
        stop.set()
        async with asyncio.timeout(120):
            await running


@pytest.mark.parametrize("fault", [unauthorized, not_found])
async def test_an_unknown_token_ends_polling_and_is_told(fault: Any) -> None:
    queue = UpdateQueue()
    queue.faults.append(fault)
    with pytest.raises(InvalidToken) as raised:
        await poll_until_confirmed(queue, nothing, 1)
    assert TOKEN not in str(raised.value)


async def test_nobody_there_is_waited_for() -> None:
    queue = UpdateQueue()
    queue.put(message(1, 7))
    async with answering(queue.answer) as address:
        pass
    stop = asyncio.Event()
    async with AiohttpRequest() as request:
        running = asyncio.create_task(Polling(request, f"{address}/bot{TOKEN}", nothing).run(stop))
        await asyncio.sleep(0.1)
        assert not running.done()
        stop.set()
        await running


@settings(max_examples=12)
@given(
    people=st.lists(st.integers(1, 4), min_size=1, max_size=150),
    faults=st.lists(st.sampled_from([cut, html, conflict]), max_size=4),
    hard=st.sets(st.integers(0, 149), max_size=20),
    slow=st.sets(st.integers(0, 149), max_size=10),
)
async def test_whatever_fails_each_update_is_handled_once_in_its_chats_order(
    people: list[int], faults: list[Any], hard: set[int], slow: set[int]
) -> None:
    queue = UpdateQueue()
    queue.put(*(message(n, who) for n, who in enumerate(people)))
    queue.faults.extend(faults)
    handled: list[int] = []
    attempts: Counter[int] = Counter()

    async def handle(update: dict[str, Any]) -> None:
        number = update["update_id"]
        attempts[number] += 1
        assert number not in queue.confirmed
        if number in slow:
            await asyncio.sleep(0.03)
        if number in hard and attempts[number] < 3:
            raise Redeliver
        handled.append(number)

    with capture_logs():
        await poll_until_confirmed(queue, handle, *range(len(people)))
    assert sorted(handled) == list(range(len(people)))
    for person in set(people):
        mine = [n for n, who in enumerate(people) if who == person]
        assert [n for n in handled if n in set(mine)] == mine
