"""Webhook that says 200 only when the update has been handled.

Telegram delivers again what is not answered with 2xx (https://core.telegram.org/bots/api#setwebhook).
"""

import asyncio
import json
import secrets
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.intake import Handle, TryAgain
from bot.intake.lanes import Lanes

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MAX_BODY = 1_048_576


def webhook_app(
    handle: Handle, *, secret: str, path: str, max_body: int = MAX_BODY, running: int = 64
) -> Starlette:
    """The web application that Telegram calls.

    Args:
        secret: what has to come in the X-Telegram-Bot-Api-Secret-Token header.
        path: where Telegram calls, such as "/telegram".
        max_body: bytes; more is refused without reading on.
        running: how many updates are handled at once at the most.
    """
    lanes = Lanes(handle, running=running)
    in_hand: dict[int, asyncio.Task[None]] = {}

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not secrets.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await _bounded_body(request, max_body)
        if body is None:
            return Response(status_code=413)
        update = _parsed(body)
        if update is None:
            return Response(status_code=400)
        number = update["update_id"]
        if number not in in_hand:
            in_hand[number] = asyncio.create_task(lanes.do(update))
            in_hand[number].add_done_callback(lambda _: in_hand.pop(number, None))
        try:
            await asyncio.shield(in_hand[number])
        except TryAgain:
            return Response(status_code=503)
        return Response(status_code=200)

    return Starlette(routes=[Route(path, take, methods=["POST"])])


async def _bounded_body(request: Request, limit: int) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        return None
    return update


async def serve(app: Starlette, *, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; requests that have come in are answered first."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
