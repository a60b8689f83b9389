"""The webhook says 200 when an update is done, and nothing that Telegram would not send gets in."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import uvloop
from structlog.testing import capture_logs

from bot.intake import TryAgain, webhook
from bot.intake.webhook import SECRET_HEADER, serve, webhook_app
from tests.bot.update_queue import message

SECRET = "s3cret_" * 4


class Line:
    """Telegram's side: posts updates to the webhook."""

    def __init__(self, session: aiohttp.ClientSession, url: str, stop: asyncio.Event) -> None:
        self.session, self.url, self.stop = session, url, stop

    async def post(self, body: Any, **headers: str) -> int:
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json", **headers}
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status

    async def delivers(self, update: Any) -> int:
        return await self.post(json.dumps(update).encode())


@asynccontextmanager
async def listening(
    handle: Callable[[dict[str, Any]], Awaitable[None]], **options: Any
) -> AsyncIterator[Line]:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = webhook_app(handle, secret=SECRET, path="/telegram", **options)
    serving = asyncio.create_task(
        serve(app, host="127.0.0.1", port=0, stop=stop, listening=port.set_result)
    )
    try:
        url = f"http://127.0.0.1:{await port}/telegram"
        async with aiohttp.ClientSession() as session:
            yield Line(session, url, stop)
    finally:
        stop.set()
        await serving


class Kept:
    """A handler that keeps what it was given."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []

    async def handle(self, update: dict[str, Any]) -> None:
        self.updates.append(update)


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
            raise TryAgain

    async with listening(handle) as line:
        assert await line.delivers(message(1, 7)) == 503
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
            raise TryAgain

    async with listening(handle) as line:
        deliveries = [asyncio.create_task(line.delivers(message(1, 7))) for _ in range(3)]
        await asyncio.sleep(0.1)
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
        await asyncio.sleep(0.05)
        finish.set()
        assert await again == 200
    assert ended.is_set()


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "Sïan"])
async def test_nobody_without_the_secret_is_heard(secret: str) -> None:
    kept = Kept()
    async with listening(kept.handle) as line:
        body = json.dumps(message(1, 7)).encode()
        assert await line.post(body, **{SECRET_HEADER: secret}) == 403
    assert kept.updates == []


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a secret"):
        webhook_app(Kept().handle, secret="", path="/telegram")


async def test_a_body_is_bounded_whether_it_tells_its_length_or_not() -> None:
    kept = Kept()

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    async with listening(kept.handle, max_body=1000) as line:
        assert await line.post(b" " * 1001) == 413
        assert await line.post(in_pieces()) == 413
        assert await line.post(json.dumps(message(1, 7)).encode().ljust(1000)) == 200
    assert len(kept.updates) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, b'{"update_id":1} x', b"nul"],
    ids=["empty", "cut", "no text", "deep", "a huge number", "more after it", "no word of JSON"],
)
async def test_what_is_no_json_is_refused(body: bytes) -> None:
    kept = Kept()
    async with listening(kept.handle) as line:
        assert await line.post(body) == 400
    assert kept.updates == []


@pytest.mark.parametrize(
    "content", [None, 1, "Ada", [], {}, {"update_id": "1"}, {"update_id": True}, [message(1, 7)]]
)
async def test_json_that_is_no_update_is_taken_and_forgotten(content: Any) -> None:
    kept = Kept()
    async with listening(kept.handle) as line:
        with capture_logs() as logged:
            assert await line.delivers(content) == 200
    assert kept.updates == []
    assert [event["event"] for event in logged] == ["not an update"]
    assert "Ada" not in str(logged)


async def test_an_update_of_a_strange_shape_does_no_harm() -> None:
    kept = Kept()
    strange = {"update_id": 1, "message": {"chat": [], "from": {"id": {}}}, "x": 1}
    async with listening(kept.handle) as line:
        assert await line.delivers(strange) == 200
    assert kept.updates == [strange]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/json; charset=utf-8", 200), ("text/plain", 415), ("", 415)],
)
async def test_only_json_is_read(kind: str, status: int) -> None:
    async with listening(Kept().handle) as line:
        body = json.dumps(message(1, 7)).encode()
        assert await line.post(body, **{"Content-Type": kind}) == status


async def test_only_the_one_address_answers_and_only_to_post() -> None:
    async with listening(Kept().handle) as line:
        async with line.session.get(line.url) as answer:
            assert answer.status == 405
        async with line.session.post(line.url + "/x") as answer:
            assert answer.status == 404


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "BODY_SECONDS", 0.05)
    async with listening(Kept().handle) as line:
        host, port = line.url.split("/")[2].split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        assert b" 408 " in await reader.readline()
        writer.close()


async def test_a_caller_that_hangs_up_half_way_is_no_fault(caplog: Any) -> None:
    kept = Kept()
    async with listening(kept.handle) as line:
        host, port = line.url.split("/")[2].split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await asyncio.sleep(0.05)
        assert await line.delivers(message(1, 7)) == 200
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_more_than_may_wait_are_asked_for_again() -> None:
    finish = asyncio.Event()

    async def handle(update: dict[str, Any]) -> None:
        await finish.wait()

    async with listening(handle, running=1, waiting=1) as line:
        first = [asyncio.create_task(line.delivers(message(n, n))) for n in (1, 2)]
        await asyncio.sleep(0.1)
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

    async with asyncio.timeout(10), listening(handle) as line:
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
