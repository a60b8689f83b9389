"""Telegram's end of getUpdates: a queue that forgets what is confirmed."""

import asyncio
from collections import deque
from typing import Any

from aiohttp import web

from campaign.delivery.wait import pause
from tests.bot.servers import Answer, done

SHORTEST_SECONDS = 3
"""So long it waits for updates, if the same offset is asked for again within this time."""


def message(number: int, person: int, text: str = "Hello") -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": person, "type": "private"},
            "from": {"id": person, "is_bot": False, "first_name": "Ada"},
            "text": text,
        },
    }


class UpdateQueue:
    """https://core.telegram.org/bots/api#getupdates

    Attributes:
        confirmed: what Telegram will never give again, in that order.
        faults: answers to give first instead; a fault that raises cuts the connection.
        asked: every call's parameters.
        asked_at: when, in seconds of the loop.
    """

    def __init__(self) -> None:
        self.waiting: deque[dict[str, Any]] = deque()
        self.confirmed: list[int] = []
        self.faults: deque[Answer] = deque()
        self.asked: list[dict[str, Any]] = []
        self.asked_at: list[float] = []
        self._changed = asyncio.Event()

    def put(self, *updates: dict[str, Any]) -> None:
        self.waiting.extend(updates)
        self._changed.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        given = await request.json()
        loop = asyncio.get_running_loop()
        before = (self.asked[-1]["offset"], self.asked_at[-1]) if self.asked else (-1, 0.0)
        self.asked.append(given)
        self.asked_at.append(loop.time())
        self._changed.set()
        if self.faults:
            return await self.faults.popleft()(request)
        self._confirm(given["offset"])
        is_soon = before[0] == given["offset"] and loop.time() < before[1] + SHORTEST_SECONDS
        end = loop.time() + (
            max(given["timeout"], SHORTEST_SECONDS) if is_soon else given["timeout"]
        )
        while not self.waiting and loop.time() < end:
            await self._change(end - loop.time())
        return done(list(self.waiting)[: given["limit"]])

    def _confirm(self, offset: int) -> None:
        newest = max((update["update_id"] for update in self.waiting), default=0)
        if offset > newest + 1:
            return  # from a numbering that is over
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.confirmed.append(self.waiting.popleft()["update_id"])
        self._changed.set()

    async def _change(self, seconds: float) -> None:
        self._changed.clear()
        await pause(seconds, sooner=self._changed)  # waits from this turn on: nothing is missed

    async def until_confirmed(self, *numbers: int) -> None:
        async with asyncio.timeout(120):
            while not set(numbers) <= set(self.confirmed):
                await self._change(20)
