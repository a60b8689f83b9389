"""Serving HTTP from within the running bot, until it is told to stop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.floods import Floods
from channels.http_connection import KEEP_ALIVE_SECONDS, BoundedConnection, ConnectionLimits

LAST_WORK_SECONDS = 5.0
ANSWER_SECONDS = 5


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
    per_address: int = 0,
    floods: Floods | None = None,
    listening: Callable[[int], None] = lambda port: None,
    finish: Callable[[float], Awaitable[None]] = _nothing_to_finish,
    last_work_seconds: float = LAST_WORK_SECONDS,
) -> None:
    """Serve until `stop` is set; then finish what has come in.

    Args:
        port: 0 for any free one.
        per_address: how many connections one caller's address may have; 0 for any number.
        floods: whose connections end with their next request; None where a proxy has them all.
        listening: called with the port as soon as requests can come.
        finish: waits so many seconds for what is in hand, and ends what is late.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        # Or headers and body, written one after the other, would wait for each other's ACK (40 ms).
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = ConnectionLimits(
            _closes_on_unread_bodies(app),
            http=BoundedConnection,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="error",  # what callers get wrong is theirs, and anybody could fill the log
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=int(last_work_seconds) + ANSWER_SECONDS,
        )
        config.per_address, config.floods = per_address, floods
        server = _Server(config)
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
async def served(
    app: ASGIApp, *, host: str, port: int, per_address: int = 0, floods: Floods | None = None
) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port. See `listen`.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    stop = asyncio.Event()
    opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        listen(
            app,
            host=host,
            port=port,
            stop=stop,
            per_address=per_address,
            floods=floods,
            listening=opened.set_result,
        )
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
