"""How fast the story goes: as told, or as somebody at the page wants it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

WAIT_SECONDS = 20
RETRY_SECONDS = 1.0


class Pace:
    """Waits between acts: paused, sped up and cut short from the page."""

    def __init__(self) -> None:
        self._playing = asyncio.Event()
        self._playing.set()
        self._speed = 1.0
        self._skips = self._skipped = 0
        self._changed = asyncio.Event()

    def begin_chapter(self) -> None:
        """What was skipped before belongs to the chapters before."""
        self._skipped = self._skips

    def take(self, story: dict[str, object]) -> None:
        """Follow what the page asks for."""
        self._speed, self._skips = float(str(story["speed"])), int(str(story["skips"]))
        if story["playing"]:
            self._playing.set()
        else:
            self._playing.clear()
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Wait so long at speed 1; not at all once *Next* was pressed in this chapter."""
        loop = asyncio.get_running_loop()
        left = seconds
        await asyncio.sleep(0)
        await self._playing.wait()
        while left > 0 and self._skips == self._skipped:
            self._changed.clear()
            begun, speed = loop.time(), self._speed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left / speed):
                    await self._changed.wait()
            left -= (loop.time() - begun) * speed
            await self._playing.wait()

    @asynccontextmanager
    async def following(self, session: aiohttp.ClientSession, address: str) -> AsyncIterator[None]:
        """Follow the page at this address for as long as the context lasts."""
        following = asyncio.create_task(self._follow(session, address))
        try:
            yield
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following

    async def _follow(self, session: aiohttp.ClientSession, address: str) -> None:
        after = -1
        while True:
            query = {"after": str(after), "wait": str(WAIT_SECONDS)}
            try:
                async with session.get(f"{address}/story", params=query) as answer:
                    story = await answer.json()
            except (aiohttp.ClientError, TimeoutError, ValueError):
                await asyncio.sleep(RETRY_SECONDS)
                continue
            after = story["version"]
            self.take(story)
