"""What became of a message that got no answer: surely not sent, or unknown. Never the token."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import telegram
import uvloop
from aiohttp import web
from telegram.error import NetworkError, TimedOut

from channels.telegram import http_client
from channels.telegram.http_client import AiohttpRequest, FateUnknown, NotSent
from tests.bot.servers import (
    MESSAGE,
    TOKEN,
    answering,
    bot_at,
    closing_after_each_answer,
    done,
    hanging_up_at_once,
    misbehaving,
    request_read,
)
from tests.engines import PATIENCE_SECONDS


async def closes_after_reading(reader: Any, writer: asyncio.StreamWriter) -> None:
    await request_read(reader)


async def resets_after_reading(reader: Any, writer: asyncio.StreamWriter) -> None:
    await request_read(reader)
    writer.transport.abort()


async def stops_half_way(reader: Any, writer: asyncio.StreamWriter) -> None:
    await request_read(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":true,')
    await writer.drain()


async def speaks_no_http(reader: Any, writer: asyncio.StreamWriter) -> None:
    await request_read(reader)
    writer.write(b"220 mail.example ESMTP\r\n\r\n")
    await writer.drain()


async def says_nothing(reader: asyncio.StreamReader, writer: Any) -> None:
    await reader.read()  # until the client gives up


UNKNOWN = [closes_after_reading, resets_after_reading, stops_half_way, speaks_no_http, says_nothing]


@pytest.mark.parametrize("misbehave", UNKNOWN)
async def test_a_message_cut_off_after_it_was_read_has_an_unknown_fate(misbehave: Any) -> None:
    async with misbehaving(misbehave) as address, bot_at(address) as bot:
        with pytest.raises(FateUnknown) as raised:
            await bot.send_message(2, "Hello", read_timeout=0.2)
    assert isinstance(raised.value, TimedOut)


async def test_a_message_of_unknown_fate_is_never_sent_again_by_itself() -> None:
    times = 0

    async def reads_then_closes(reader: asyncio.StreamReader, writer: Any) -> None:
        nonlocal times
        await request_read(reader)
        times += 1

    async with misbehaving(reads_then_closes) as address, bot_at(address) as bot:
        with pytest.raises(FateUnknown):
            await bot.send_message(2, "Hello")
    assert times == 1


async def test_a_message_to_where_nobody_listens_was_surely_not_sent() -> None:
    async with misbehaving(says_nothing) as address:
        pass
    async with bot_at(address) as bot:
        with pytest.raises(NotSent):
            await bot.send_message(2, "Hello")


async def test_a_message_that_found_no_safe_line_was_surely_not_sent() -> None:
    async with (
        misbehaving(says_nothing) as address,
        bot_at(address.replace("http://", "https://")) as bot,
    ):
        with pytest.raises(NotSent):
            await bot.send_message(2, "Hello", connect_timeout=0.2)


async def test_a_message_that_waited_in_vain_for_a_connection_was_surely_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_client, "CONNECTIONS", 1)
    texts: list[str] = []
    came, answers = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        texts.append((await request.json())["text"])
        came.set()
        await answers.wait()
        return done(MESSAGE)

    async with answering(slow) as address, bot_at(address) as bot:
        first = asyncio.create_task(bot.send_message(2, "first", read_timeout=PATIENCE_SECONDS))
        await came.wait()
        with pytest.raises(NotSent):
            await bot.send_message(2, "second", pool_timeout=0.05, connect_timeout=0.05)
        answers.set()
        await first
    assert texts == ["first"]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_closed_while_the_bot_was_busy_costs_nothing(loop: Any) -> None:
    async def send_then_be_busy_then_send() -> None:
        async with AiohttpRequest() as request:
            for number in range(5):
                await request.post_json(
                    f"{address}/send", {"n": number}, read_timeout=PATIENCE_SECONDS
                )
                time.sleep(0.05)  # noqa: ASYNC251 - the loop must not hear of the close

    with (
        closing_after_each_answer() as (address, read),
        asyncio.Runner(loop_factory=loop) as runner,
    ):
        runner.run(send_then_be_busy_then_send())
    assert [request.rsplit(b"\r\n\r\n", 1)[1] for request in read] == [
        b'{"n": %d}' % number for number in range(5)
    ]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_server_that_hangs_up_at_once_is_called_once_a_message(loop: Any) -> None:
    async def send_often() -> None:
        async with AiohttpRequest() as request:
            for _ in range(50):
                with pytest.raises(NetworkError):
                    await request.post_json(f"{address}/send", {}, read_timeout=PATIENCE_SECONDS)

    with hanging_up_at_once() as (address, callers), asyncio.Runner(loop_factory=loop) as runner:
        runner.run(send_often())
    assert len(callers) == 50


async def test_an_answer_that_keeps_coming_is_not_cut_short() -> None:
    async def trickles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_read(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        for _ in range(10):
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.15)

    async with misbehaving(trickles) as address, AiohttpRequest() as request:
        assert await request.retrieve(f"{address}/file", read_timeout=1.2) == b"." * 10


async def test_an_upload_that_does_not_get_away_ends_in_time() -> None:
    given_up = asyncio.Event()

    async def never_reads(reader: Any, writer: Any) -> None:
        await given_up.wait()

    async with misbehaving(never_reads) as address, bot_at(address) as bot:
        with pytest.raises(FateUnknown):
            await bot.send_document(
                2,
                bytes(32 * 2**20),
                write_timeout=0.1,
                read_timeout=0.1,
                connect_timeout=1.0,
                pool_timeout=0.1,
            )
        given_up.set()


async def test_giving_up_a_message_leaves_the_transport_usable() -> None:
    async def answer(request: web.Request) -> web.Response:
        if (await request.json())["text"] == "slow":
            await asyncio.sleep(0.5)
        return done(MESSAGE)

    async with answering(answer) as address, bot_at(address) as bot:
        slow = asyncio.create_task(bot.send_message(2, "slow"))
        await asyncio.sleep(0.05)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert (await bot.send_message(2, "quick")).message_id == 1


async def from_a_server(misbehave: Any, send: Callable[[telegram.Bot], Awaitable[Any]]) -> None:
    async with misbehaving(misbehave) as address, bot_at(address) as bot:
        await send(bot)


@pytest.mark.parametrize("misbehave", UNKNOWN)
async def test_no_fault_tells_the_token_or_the_text(misbehave: Any) -> None:
    with pytest.raises(NetworkError) as raised:
        await from_a_server(misbehave, lambda bot: bot.send_message(2, "Ada", read_timeout=0.1))
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert TOKEN not in told
    assert "Ada" not in str(raised.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "ftp://x", "http://[", "nonsense"])
async def test_no_wrong_address_is_told_with_the_token(address: str) -> None:
    async with bot_at(address) as bot:
        with pytest.raises(NotSent) as raised:
            await bot.get_me()
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert TOKEN not in told
