"""Serving HTTP from within the running bot, until it is told to stop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

KEEP_ALIVE_SECONDS = 150  # longer than Caddy keeps its side (120 s), so that it closes first
HEAD_SECONDS = 10.0
MOST_HEAD = 32_768
MOST_CONNECTIONS = 500
LAST_WORK_SECONDS = 5.0
ANSWER_SECONDS = 5


class _Patient(HttpToolsProtocol):
    """A connection that waits for the head of a request, but not for ever and not for a book.

    uvicorn bounds neither: a caller who says a letter a minute would keep a connection, and many
    such callers all of them (https://www.cve.org/CVERecord?id=CVE-2007-6750 is the pattern).
    """

    _head_due: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head_due is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_due is not None and self._head_bytes > MOST_HEAD:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        self._has_head()
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._head_due = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _has_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None


def _closes_on_unread_bodies(app: ASGIApp) -> ASGIApp:
    """Announce `Connection: close` with an answer given before the request's body was read.

    The rest of that body would count as the head of the next request, and a proxy's next request,
    which may be Telegram's, would meet a connection that is cut off (RFC 9112, 9.6).
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        unread = any(
            name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
            for name, value in scope["headers"]
        )

        async def receiving() -> Message:
            nonlocal unread
            message = await receive()
            unread = unread and message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if unread and message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receiving, sending)

    return answer


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the program that runs us."""
        yield


async def _nothing_to_finish(seconds: float) -> None:
    pass


async def listen(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    listening: Callable[[int], None] = lambda port: None,
    finish: Callable[[float], Awaitable[None]] = _nothing_to_finish,
    last_work_seconds: float = LAST_WORK_SECONDS,
) -> None:
    """Serve until `stop` is set; then finish what has come in.

    Args:
        port: 0 for any free one.
        listening: called with the port as soon as requests can come.
        finish: waits so many seconds for what is in hand, and ends what is late.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        # Or headers and body, written one after the other, would wait for each other's ACK (40 ms).
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = _Server(
            uvicorn.Config(
                _closes_on_unread_bodies(app),
                http=_Patient,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=int(last_work_seconds) + ANSWER_SECONDS,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        stopping = asyncio.create_task(stop.wait())
        listening(listener.getsockname()[1])
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            await finish(last_work_seconds)
        finally:
            stopping.cancel()
            server.should_exit = True
            await finish(0)
            await serving


@asynccontextmanager
async def served(app: ASGIApp, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    stop = asyncio.Event()
    opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        listen(app, host=host, port=port, stop=stop, listening=opened.set_result)
    )
    either: set[asyncio.Future[Any]] = {serving, opened}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not opened.done():
            serving.result()
        yield opened.result()
    finally:
        opened.cancel()
        stop.set()
        await serving
