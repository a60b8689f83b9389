"""Two lanes to Telegram: answers go at once, bulk keeps below the ceiling and gives way.

Telegram's limits are not promised (https://core.telegram.org/bots/faq#broadcasting-to-users): about
30 messages a second in bulk, about one a second in one chat. The figures are where we begin; what
Telegram answers decides.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal

import structlog
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

log = structlog.get_logger()

Lane = Literal["answers", "bulk"]
LONGEST_WAIT_SECONDS = 30.0
ANSWER_TRIES = 3
SLOWEST_SHARE = 0.05
RECOVERY_STEP = 1.05
CALM_SECONDS = 5.0


class TwoLanePacer(BaseRateLimiter[Lane]):
    """Paces what the bot sends. Pass rate_limit_args="bulk" for what can wait."""

    def __init__(
        self,
        *,
        messages_per_second: float = 30,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Args:
            messages_per_second: the ceiling of the bulk lane.
            clock: seconds, for tests.
            sleep: waits seconds, for tests.
        """
        self._ceiling = messages_per_second
        self._rate = messages_per_second
        self._clock = clock
        self._sleep = sleep
        self._next_bulk = 0.0
        self._slowed_at = float("-inf")
        self._held_chats: dict[Any, float] = {}

    @property
    def bulk_rate(self) -> float:
        """Bulk messages a second allowed now."""
        return self._rate

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Any:
        """Make one call in its lane.

        Raises:
            telegram.error.RetryAfter: Telegram asks to wait for longer than half a minute, or a
                bulk message is refused; the caller decides.
        """
        if rate_limit_args == "bulk":
            return await self._bulk(callback, args, kwargs)
        return await self._answer(callback, args, kwargs, data.get("chat_id"))

    async def _answer(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        chat_id: Any,
    ) -> Any:
        for attempt in range(ANSWER_TRIES):
            if chat_id in self._held_chats:
                await self._sleep(max(0.0, self._held_chats[chat_id] - self._clock()))
                self._held_chats.pop(chat_id, None)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as refused:
                wait = _seconds(refused)
                if attempt == ANSWER_TRIES - 1 or wait > LONGEST_WAIT_SECONDS:
                    raise
                log.warning("held by Telegram", lane="answers", seconds=wait)
                self._held_chats[chat_id] = self._clock() + wait
        raise AssertionError("unreachable")

    async def _bulk(
        self, callback: Callable[..., Coroutine[Any, Any, Any]], args: Any, kwargs: dict[str, Any]
    ) -> Any:
        await self._take_turn()
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as refused:
            now = self._clock()
            if now - self._slowed_at > 1:
                self._rate = max(self._ceiling * SLOWEST_SHARE, self._rate / 2)
                self._slowed_at = now
            self._next_bulk = max(self._next_bulk, now + _seconds(refused))
            log.warning("held by Telegram", lane="bulk", seconds=_seconds(refused))
            raise

    async def _take_turn(self) -> None:
        now = self._clock()
        if self._rate < self._ceiling and now - self._slowed_at > CALM_SECONDS:
            self._rate = min(self._ceiling, self._rate * RECOVERY_STEP)
        turn = max(now, self._next_bulk)
        self._next_bulk = turn + 1 / self._rate
        if turn > now:
            await self._sleep(turn - now)


def _seconds(refused: RetryAfter) -> float:
    given = refused.retry_after
    return given if isinstance(given, int | float) else given.total_seconds()
