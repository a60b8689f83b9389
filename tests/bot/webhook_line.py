"""Telegram's side of a webhook: posts updates and hears what is answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from channels.telegram import Handle
from channels.telegram.webhook import SECRET_HEADER, serve, webhook_app

SECRET = "s3cret_" * 4


class Line:
    """Telegram's side: posts updates to the webhook.

    Attributes:
        told: the headers of the last answer.
        taken: how many deliveries have been taken in, answered or not.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, stop: asyncio.Event) -> None:
        self.session, self.url, self.stop = session, url, stop
        self.told: Mapping[str, str] = {}
        self.taken = 0

    async def post(self, body: Any, **headers: str) -> int:
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json", **headers}
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            self.told = answer.headers
            return answer.status

    async def has_taken(self, deliveries: int) -> None:
        """Wait until so many have been taken in."""
        async with asyncio.timeout(120):
            while self.taken < deliveries:
                await asyncio.sleep(0.005)

    async def delivers(self, update: Any) -> int:
        return await self.post(json.dumps(update).encode())


@asynccontextmanager
async def listening(handle: Handle, **options: Any) -> AsyncIterator[Line]:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    app = webhook_app(handle, secret=SECRET, path="/telegram", **options)
    serving = asyncio.create_task(
        serve(app, host="127.0.0.1", port=0, stop=stop, listening=port.set_result)
    )
    try:
        url = f"http://127.0.0.1:{await port}/telegram"
        async with aiohttp.ClientSession() as session:
            line = Line(session, url, stop)
            is_done = app.state.deliveries.is_done

            async def counted(update: Any) -> bool:
                line.taken += 1
                done: bool = await is_done(update)
                return done

            app.state.deliveries.is_done = counted
            yield line
    finally:
        stop.set()
        await serving


class Kept:
    """A handler that keeps what it was given."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []

    async def handle(self, update: dict[str, Any]) -> None:
        self.updates.append(update)
