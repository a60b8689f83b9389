"""The webhook says 200 when an update is done, and has what is not done delivered again."""

import asyncio
import socket
from typing import Any

import aiohttp
import pytest
import uvloop
from structlog.testing import capture_logs

from channels.telegram import Redeliver, webhook
from channels.telegram.webhook import serve, webhook_app
from tests.bot.update_queue import message
from tests.bot.webhook_line import SECRET, Kept, Line, listening


async def test_an_update_is_answered_when_it_is_done_and_not_before() -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        begun.set()
        await finish.wait()

    async with listening(handle) as line:
        delivery = asyncio.create_task(line.delivers(message(1, 7)))
        await begun.wait()
        await asyncio.sleep(0.05)
        assert not delivery.done()
        finish.set()
        assert await delivery == 200


async def test_an_update_that_cannot_be_handled_now_is_asked_for_again() -> None:
    database_is_back = False

    async def handle(update: dict[str, Any]) -> None:
        if not database_is_back:
            raise Redeliver

    async with listening(handle) as line:
        assert await line.delivers(message(1, 7)) == 503
        assert line.told["Retry-After"] == "1"
        database_is_back = True
        assert await line.delivers(message(1, 7)) == 200


async def test_an_update_that_fails_is_done() -> None:
    async def handle(update: dict[str, Any]) -> None:
        raise ValueError("a bug")

    async with listening(handle) as line:
        with capture_logs() as logged:
            assert await line.delivers(message(1, 7)) == 200
    assert [event["event"] for event in logged] == ["update given up"]


@pytest.mark.parametrize("again", [False, True])
async def test_an_update_delivered_twice_at_once_is_handled_once(again: bool) -> None:
    handled, finish = [], asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        handled.append(update["update_id"])
        await finish.wait()
        if again:
            raise Redeliver

    async with listening(handle) as line:
        deliveries = [asyncio.create_task(line.delivers(message(1, 7))) for _ in range(3)]
        await line.has_taken(3)
        finish.set()
        assert await asyncio.gather(*deliveries) == [503 if again else 200] * 3
    assert handled == [1]


async def test_an_update_goes_on_when_telegram_hangs_up() -> None:
    begun, finish, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        begun.set()
        await finish.wait()
        ended.set()

    async with listening(handle) as line:
        delivery = asyncio.create_task(line.delivers(message(1, 7)))
        await begun.wait()
        delivery.cancel()
        with pytest.raises(asyncio.CancelledError):
            await delivery
        again = asyncio.create_task(line.delivers(message(1, 7)))
        await line.has_taken(2)
        finish.set()
        assert await again == 200
    assert ended.is_set()


async def test_more_than_may_wait_are_asked_for_again() -> None:
    finish = asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        await finish.wait()

    async with listening(handle, running=1, waiting=1) as line:
        first = [asyncio.create_task(line.delivers(message(n, n))) for n in (1, 2)]
        await line.has_taken(2)
        assert await line.delivers(message(3, 3)) == 503
        finish.set()
        assert await asyncio.gather(*first) == [200, 200]


async def test_ending_at_once_leaves_nothing_running() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    app = webhook_app(handle, secret=SECRET, path="/telegram")
    serving = asyncio.create_task(
        serve(app, host="127.0.0.1", port=0, stop=asyncio.Event(), listening=port.set_result)
    )
    async with aiohttp.ClientSession() as session:
        line = Line(session, f"http://127.0.0.1:{await port}/telegram", asyncio.Event())
        delivery = asyncio.create_task(line.delivers(message(1, 7)))
        await begun.wait()
        serving.cancel()
        assert await delivery == 503
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert ended.is_set()


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_stopping_finishes_what_has_come_in_and_takes_nothing_new(loop: Any) -> None:
    async def stop_in_the_middle() -> None:
        begun = asyncio.Event()

        async def handle(update: dict[str, Any]) -> None:
            begun.set()
            await asyncio.sleep(0.3)

        async with listening(handle) as line:
            delivery = asyncio.create_task(line.delivers(message(1, 7)))
            await begun.wait()
            line.stop.set()
            assert await delivery == 200
            with pytest.raises(aiohttp.ClientConnectionError):
                await line.delivers(message(2, 7))

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(stop_in_the_middle())


async def test_stopping_leaves_what_takes_too_long_to_be_delivered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "LAST_WORK_SECONDS", 0.1)
    begun = asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        begun.set()
        await asyncio.sleep(60)

    async with asyncio.timeout(120), listening(handle) as line:
        delivery = asyncio.create_task(line.delivers(message(1, 7)))
        await begun.wait()
        line.stop.set()
        assert await delivery == 503


async def test_an_address_in_use_is_told_as_such() -> None:
    app = webhook_app(Kept().handle, secret=SECRET, path="/telegram")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host, port = taken.getsockname()
        with pytest.raises(OSError, match="in use"):
            await serve(app, host=host, port=port, stop=asyncio.Event())
