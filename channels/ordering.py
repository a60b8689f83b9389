"""Handle one chat's updates in order, chats side by side, and not too many at a time."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import structlog

from campaign.delivery.wait import is_told_to_stop
from channels.telegram import Handle, Redeliver
from handlers.receipt import received

log = structlog.get_logger()

HANDLING_SECONDS = 180.0
MOST_TO_COME_AGAIN = 10_000

Pause = Callable[[int], Awaitable[None]]
"""Called with 1, 2, 3 … before an update is handled again; raises Redeliver to leave it."""


async def leave_it(attempt: int) -> None:
    """Do not handle it again here: the channel will bring it again."""
    raise Redeliver


@dataclass(slots=True)
class _ChatQueue:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # first come, first served
    members: int = 0
    broken: bool = False


class ChatQueues:
    """Runs updates: those of one lane one after the other, lanes side by side."""

    def __init__(
        self, handle: Handle, *, running: int = 64, waiting: int = 1000, pause: Pause = leave_it
    ) -> None:
        """
        Args:
            handle: called with one update at a time per lane.
            running: how many are handled at once at the most.
            waiting: how many more may wait for their turn.
            pause: what to do when an update could not be handled; its lane waits meanwhile.
        """
        self._handle = handle
        self._pause = pause
        self._places = asyncio.Semaphore(running)
        self._most = running + waiting
        self._members = 0
        self._queues: dict[Hashable, _ChatQueue] = {}
        self._arrived: dict[object, float] = {}
        self._to_come_again: dict[object, float] = {}

    @property
    def open(self) -> int:
        """Chats with updates in hand or waiting."""
        return len(self._queues)

    @property
    def members(self) -> int:
        """Updates in hand or waiting."""
        return self._members

    @property
    def oldest_seconds(self) -> float:
        """How long the oldest of them has been here; 0 if there is none."""
        oldest = next(iter(self._arrived.values()), None)
        return 0.0 if oldest is None else time.monotonic() - oldest

    async def do(self, update: dict[str, Any]) -> None:
        """Handle an update in its turn; return when that is done.

        A failure other than Redeliver is logged without the update's content and counts as done:
        one bad update must not come back for ever. So does one that takes HANDLING_SECONDS.

        Raises:
            Redeliver: it was not handled now, nor was one before it in its lane, or there are too
                many. What waits behind it is not handled either, so that the order is kept.
        """
        number, now = update.get("update_id"), time.monotonic()
        came = self._to_come_again.pop(number, now)
        token = received.set(came)
        try:
            await self._queue(update, now)
        except Redeliver:
            if len(self._to_come_again) < MOST_TO_COME_AGAIN:
                self._to_come_again[number] = came
            raise
        finally:
            received.reset(token)

    async def _queue(self, update: dict[str, Any], now: float) -> None:
        if self._members >= self._most:
            raise Redeliver
        name = lane_of(update)
        lane = self._queues.setdefault(name, _ChatQueue())
        lane.members += 1
        self._members += 1
        ticket = object()
        self._arrived[ticket] = now
        try:
            async with lane.turn:
                await self._in_turn(lane, update)
        finally:
            del self._arrived[ticket]
            self._members -= 1
            lane.members -= 1
            if not lane.members:
                del self._queues[name]

    async def _in_turn(self, lane: _ChatQueue, update: dict[str, Any]) -> None:
        if lane.broken:
            raise Redeliver
        attempt = 0
        try:
            while not await self._is_done(update):
                attempt += 1
                await self._pause(attempt)
        except BaseException:
            lane.broken = True
            raise

    async def _is_done(self, update: dict[str, Any]) -> bool:
        async with self._places:
            try:
                async with asyncio.timeout(HANDLING_SECONDS):
                    await self._handle(update)
            except Redeliver:
                return False
            except asyncio.CancelledError:
                if is_told_to_stop():
                    raise
                _give_up(update)  # something inside was cancelled, not we
            except Exception:
                _give_up(update)
        return True


def _give_up(update: dict[str, Any]) -> None:
    log.exception(
        "update given up",
        reference=secrets.token_hex(3).upper(),
        update_id=update.get("update_id"),
    )


def lane_of(update: dict[str, Any]) -> Hashable:
    """Whose update it is: the group's in a group, the person's elsewhere.

    A private chat has the number of its person, so that a tap (which tells the person) and a
    message (which tells the chat) of the same person share a lane.
    """
    for content in update.values():
        if isinstance(content, dict):
            for whose in ("chat", "from", "user"):
                origin = content.get(whose)
                if isinstance(origin, dict) and isinstance(origin.get("id"), int):
                    number: int = origin["id"]
                    return number
    return f"update {update.get('update_id')}"
