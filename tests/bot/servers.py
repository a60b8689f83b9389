"""Servers that play Telegram's end of the line: one that answers, one that misbehaves."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Thread
from typing import Any

import telegram
from aiohttp import web

from channels.telegram.http_client import AiohttpRequest

TOKEN = "123456789:" + "Aa0_-" * 7
MESSAGE = {"message_id": 1, "date": 1_790_000_000, "chat": {"id": 2, "type": "private"}}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Misbehave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def done(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def refused(status: int, description: str, **parameters: Any) -> web.Response:
    answer = {"ok": False, "error_code": status, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return web.json_response(answer, status=status)


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """A Bot API whose every method is answered by `answer`; gives its address."""
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def misbehaving(misbehave: Misbehave) -> AsyncIterator[str]:
    """A server that does to each connection what `misbehave` says."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await misbehave(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@contextmanager
def closing_after_each_answer() -> Iterator[tuple[str, list[bytes]]]:
    """A server that promises to keep each connection and closes it; gives what it has read.

    It lives in a thread: it goes on while the client's event loop is busy.
    """
    body = b'{"ok":true,"result":true}'
    answer = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n%s"
    read: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                received = connection.recv(65536)
                if received:
                    read.append(received)
                    connection.sendall(answer % (len(body), body))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", read
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def hanging_up_at_once() -> Iterator[tuple[str, list[Any]]]:
    """A server that closes each connection as soon as it is made; gives who called.

    It lives in a thread: a connection can be closed before the client has looked at it.
    """
    callers: list[Any] = []

    def serve() -> None:
        while True:
            try:
                connection, caller = listening.accept()
            except OSError:
                return
            callers.append(caller)
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", callers
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@asynccontextmanager
async def bot_at(address: str) -> AsyncIterator[telegram.Bot]:
    """A bot that speaks over our transport."""
    request = AiohttpRequest()
    bot = telegram.Bot(TOKEN, base_url=f"{address}/bot", request=request)
    async with request:
        yield bot


async def request_read(reader: asyncio.StreamReader) -> None:
    """Read one request of small size to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
