"""Webhook that says 200 only when the update has been handled.

Telegram delivers again what is not answered with 2xx, one chat's updates one after the other
(https://core.telegram.org/bots/api#setwebhook).
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from channels.http_server import listen
from channels.ordering import ChatQueues
from channels.safe_json import NotJson, read
from channels.telegram import Handle, Redeliver
from channels.telegram.get_updates import is_update

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MAX_BODY = 1_048_576
BODY_SECONDS = 20.0
LAST_WORK_SECONDS = 6.0
AGAIN_SOON = {"Retry-After": "1"}
"""Without it, Telegram waits for twice as long each time, up to two minutes
(https://github.com/tdlib/telegram-bot-api, WebhookActor::on_webhook_error)."""


class _Refused(Exception):
    """The request is answered with this HTTP status; nothing is handled."""

    def __init__(self, status: int) -> None:
        self.status = status


def webhook_app(
    handle: Handle,
    *,
    secret: str,
    path: str,
    max_body: int = MAX_BODY,
    running: int = 64,
    waiting: int = 1000,
    beside: ASGIApp | None = None,
) -> Starlette:
    """The web application that Telegram calls.

    It answers 200 when the update is done or can never be, 503 when Telegram is to deliver it
    again, and 403, 413, 415, 400 or 408 to what Telegram would not send.

    Args:
        handle: for one update; Redeliver has it delivered again.
        secret: what has to come in the X-Telegram-Bot-Api-Secret-Token header.
        path: where Telegram calls, such as "/telegram".
        max_body: bytes; more is refused without reading on.
        running: how many updates are handled at once at the most.
        waiting: how many more may wait for their turn; beyond that, 503.
        beside: answers what does not concern the webhook; nobody if None.

    Raises:
        ValueError: the secret is empty, so that anybody could call.
    """
    if not secret:
        raise ValueError("a webhook needs a secret")
    deliveries = _Deliveries(ChatQueues(handle, running=running, waiting=waiting))

    async def take(request: Request) -> Response:
        try:
            _check(request, secret, max_body)
            content = _parsed(await _body(request, max_body))
        except _Refused as refused:
            return Response(status_code=refused.status)
        if not is_update(content):
            log.warning("not an update")
            return Response(status_code=200)
        if await deliveries.is_done(content):
            return Response(status_code=200)
        return Response(status_code=503, headers=AGAIN_SOON)

    routes: list[BaseRoute] = [Route(path, take, methods=["POST"])]
    app = Starlette(routes=[*routes, Mount("", beside)] if beside else routes)
    app.state.deliveries = deliveries
    return app


class _Deliveries:
    """Updates in hand: one that comes again meanwhile waits for the same end."""

    def __init__(self, queues: ChatQueues) -> None:
        self.queues = queues
        self._in_hand: dict[int, asyncio.Task[bool]] = {}

    async def is_done(self, update: dict[str, Any]) -> bool:
        """Handle it; False if it has to come again."""
        number = update["update_id"]
        task = self._in_hand.get(number)
        if task is None:
            task = self._in_hand[number] = asyncio.create_task(self._handle(update))
            task.add_done_callback(lambda _: self._in_hand.pop(number))
        await asyncio.wait({task})  # goes on if Telegram hangs up
        return not task.cancelled() and task.result()

    async def _handle(self, update: dict[str, Any]) -> bool:
        try:
            await self.queues.do(update)
        except Redeliver:
            log.warning("update to be delivered again", update_id=update["update_id"])
            return False
        return True

    async def finish(self, seconds: float) -> None:
        """Wait for what is in hand; what is late has to come again."""
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=seconds)
        for task in self._in_hand.values():
            task.cancel()
        if self._in_hand:
            await asyncio.wait(self._in_hand.values())


def _check(request: Request, secret: str, max_body: int) -> None:
    given = request.headers.get(SECRET_HEADER, "")
    if not secrets.compare_digest(given.encode(), secret.encode()):
        raise _Refused(403)
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length) > max_body:
        raise _Refused(413)
    kind, _, _ = request.headers.get("Content-Type", "").partition(";")
    if kind.strip().lower() != "application/json":
        raise _Refused(415)


async def _body(request: Request, limit: int) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _Refused(413)
    except ClientDisconnect:
        raise _Refused(400) from None
    except TimeoutError:
        raise _Refused(408) from None
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return read(body)
    except NotJson:
        raise _Refused(400) from None


async def serve(
    app: Starlette,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    per_address: int = 0,
    listening: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until `stop` is set; then finish what has come in.

    What cannot be finished within LAST_WORK_SECONDS is answered with 503.

    Args:
        app: made by webhook_app.
        port: 0 for any free one.
        per_address: how many connections one caller's address may have; 0 for any number.
        listening: called with the port as soon as requests can come.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    await listen(
        app,
        host=host,
        port=port,
        stop=stop,
        per_address=per_address,
        listening=listening,
        finish=app.state.deliveries.finish,
        last_work_seconds=LAST_WORK_SECONDS,
    )
