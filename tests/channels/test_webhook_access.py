"""Nothing that Telegram would not send gets past the webhook's gate, or does it harm."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.telegram import webhook
from channels.telegram.webhook import SECRET_HEADER, webhook_app
from tests.bot.update_queue import message
from tests.bot.webhook_line import SECRET, Kept, listening


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
