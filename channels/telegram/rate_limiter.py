"""Two lanes to Telegram: answers go at once or not at all, bulk keeps below the ceiling and gives
way.

Telegram's limits are not promised (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits):
about 30 messages a second in all, about one a second in one chat. The figures are where we begin;
what Telegram answers decides.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from telegram._utils.types import JSONDict
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from channels.telegram.owed import seconds_to_wait

log = structlog.get_logger()

Lane = Literal["answers", "bulk"]
Result = bool | JSONDict | list[JSONDict]

TRIES = 3
LONGEST_WAIT_SECONDS = 30.0
LONGEST_WAIT_FOR_CHAT_SECONDS = 3.0  # in bulk: who waits for longer is in the way of others
CLEARED_BY = 3
CHAT_SECONDS = 1.0
WINDOW_SECONDS = 1.0
LATE_SECONDS = 0.02  # timers wake late; so much lost time is made up for
EARLY_SECONDS = 1e-6  # a clock need not show the very moment
GIVES_WAY_SECONDS = 1.0
SLOWEST_SHARE = 0.05
CALM_SECONDS = 5.0
RECOVERY_SHARE = 0.1


class TwoLaneRateLimiter(BaseRateLimiter[Lane]):
    """Paces what the bot sends. Pass rate_limit_args="bulk" for what can wait.

    A call that Telegram refuses for now (429) was not done. An answer is given back at once, as is
    every other to that chat until the hold ends: nobody waits behind it, and the answer
    is owed. In bulk, and where no chat is concerned, it is made again after the wait that Telegram
    asks for. A refusal does not say whether it is about the chat or about the bot.
    The wait concerns that chat alone, until bulk messages to different chats are refused one after
    the other: then all of bulk waits, goes on at half the rate, and takes a step back up after each
    calm while. So it does at once where the wait is very long.
    """

    def __init__(
        self,
        *,
        messages_per_second: float = 30,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        refused: Callable[[Lane], None] = lambda lane: None,
    ) -> None:
        """
        Args:
            messages_per_second: the ceiling of the bulk lane; answers count towards it.
            clock: seconds, for tests.
            sleep: waits seconds, for tests.
            refused: told of each 429, with the lane it came in.
        """
        self._refused = refused
        self._clock = clock
        self._sleep = sleep
        self._pace = _Pace(messages_per_second)
        self._places = _Places(max(1, math.floor(messages_per_second)), clock)
        self._line = asyncio.Lock()  # first come, first served
        self._held: dict[Any, float] = {}
        self._spaced: dict[Any, float] = {}
        self._refused_in_a_row: set[Any] = set()
        self._accepted_since = 0

    @property
    def bulk_rate(self) -> float:
        """Bulk messages a second allowed now."""
        return self._pace.rate_at(self._clock())

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Result:
        """Make one call in its lane.

        Raises:
            telegram.error.RetryAfter: Telegram asks to wait, and it is an answer; or for longer
                than LONGEST_WAIT_SECONDS, all in all, or in bulk for longer than
                LONGEST_WAIT_FOR_CHAT_SECONDS in one chat, or has refused a bulk message TRIES
                times. Nothing was sent.
        """
        bulk = rate_limit_args == "bulk"
        chat = data.get("chat_id")
        waits = chat is None and not endpoint.startswith("answer")
        if chat is None:
            chat = _NoChat()
        asked_to_wait, tries = 0.0, 0
        while True:
            if bulk:
                await self._turn_in_bulk(chat)
            else:
                await self._turn_to_answer(chat, LONGEST_WAIT_SECONDS if waits else 0.0)
            try:
                result = await callback(*args, **kwargs)
            except RetryAfter as refused:
                asked_to_wait, tries = asked_to_wait + seconds_to_wait(refused), tries + 1
                self._hold(chat, seconds_to_wait(refused), bulk=bulk)
                if tries >= TRIES if bulk else not waits or asked_to_wait > LONGEST_WAIT_SECONDS:
                    raise
            else:
                if bulk:
                    self._accepted()
                return result
            finally:
                if bulk:
                    self._places.give_back()

    def _hold(self, chat: Any, seconds: float, *, bulk: bool) -> None:
        lane: Lane = "bulk" if bulk else "answers"
        log.warning("held by Telegram", lane=lane, seconds=seconds)
        self._refused(lane)
        now = self._clock()
        if bulk:
            self._refused_in_a_row.add(chat)
            self._accepted_since = 0
            if len(self._refused_in_a_row) > 1 or seconds > LONGEST_WAIT_SECONDS:
                self._pace.slow_down(now, seconds)
                return
        self._held = {held: until for held, until in self._held.items() if until > now}
        self._held[chat] = now + seconds

    def _accepted(self) -> None:
        """So many accepted in between, and refusals were about their chats."""
        self._accepted_since += 1
        if self._accepted_since >= CLEARED_BY:
            self._refused_in_a_row.clear()

    async def _turn_to_answer(self, chat: Any, longest: float) -> None:
        await self._until(lambda: self._held.get(chat, 0.0), longest)
        if not isinstance(chat, _NoChat):
            now = self._clock()
            self._pace.take(now)
            self._space(chat, now)

    async def _turn_in_bulk(self, chat: Any) -> None:
        while True:
            await self._until(lambda: self._bulk_to(chat), LONGEST_WAIT_FOR_CHAT_SECONDS)
            async with self._line:
                await self._places.one_is_there()
                await self._until(lambda: max(self._pace.bulk_at(), self._places.free_at()))
                now = self._clock()
                if self._bulk_to(chat) - now <= EARLY_SECONDS:
                    self._places.take()
                    self._pace.take(now, bulk=True)
                    self._space(chat, now)
                    return

    def _bulk_to(self, chat: Any) -> float:
        return max(self._held.get(chat, 0.0), self._spaced.get(chat, 0.0))

    def _space(self, chat: Any, now: float) -> None:
        self._spaced.pop(chat, None)
        self._spaced[chat] = now + CHAT_SECONDS  # at the end, so that the first is the oldest
        while self._spaced[oldest := next(iter(self._spaced))] <= now:
            del self._spaced[oldest]

    async def _until(
        self, moment: Callable[[], float], longest: float = LONGEST_WAIT_SECONDS
    ) -> None:
        """Wait for a moment that may move meanwhile.

        Raises:
            telegram.error.RetryAfter: it is too far away.
        """
        while (left := moment() - self._clock()) > EARLY_SECONDS:
            if left > longest:
                raise RetryAfter(math.ceil(left))
            await self._sleep(left)


class _Places:
    """As many bulk messages as may go in a second. A place is free again a second after the answer.

    Telegram counts when a message arrives there. That is some time between sending and the answer,
    so a message that lingers on its way and those sent after it cannot arrive in one second.
    """

    def __init__(self, places: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._free = deque([-math.inf] * places)
        self._given_back = asyncio.Event()

    async def one_is_there(self) -> None:
        """Wait while every message that may go is still without its answer."""
        while not self._free:
            self._given_back.clear()
            await self._given_back.wait()

    def free_at(self) -> float:
        """When the next place may be taken."""
        return self._free[0]

    def take(self) -> None:
        self._free.popleft()

    def give_back(self) -> None:
        self._free.append(self._clock() + WINDOW_SECONDS)
        self._given_back.set()


class _NoChat:
    """Stands for the chat of a call that concerns none: it shares its waits with no other."""


@dataclass(slots=True)
class _Pace:
    """When the next bulk message may go. Times are the clock's seconds."""

    ceiling: float
    rate: float = 0.0
    next_at: float = -math.inf
    last_bulk: float = -math.inf
    held_until: float = -math.inf
    changed_at: float = -math.inf

    def __post_init__(self) -> None:
        self.rate = self.ceiling

    def rate_at(self, now: float) -> float:
        """Messages a second, back up by a step for each calm while since it was changed."""
        if self.rate < self.ceiling:
            steps = max(0, math.floor((now - self.changed_at) / CALM_SECONDS))
            self.rate = min(self.ceiling, self.rate + steps * RECOVERY_SHARE * self.ceiling)
            self.changed_at += steps * CALM_SECONDS
        return self.rate

    def take(self, now: float, *, bulk: bool = False) -> None:
        """Count a message. In no second does bulk exceed the rate, however late timers wake."""
        each = (1 + LATE_SECONDS) / self.rate_at(now)
        self.next_at = max(self.next_at, now - LATE_SECONDS) + each
        if bulk:
            self.last_bulk = now
        else:
            self.next_at = min(self.next_at, now + max(each, GIVES_WAY_SECONDS))

    def bulk_at(self) -> float:
        """Later the more is answered, but bulk never stands still for long."""
        longest = max(GIVES_WAY_SECONDS, (1 + LATE_SECONDS) / self.rate)
        return max(self.held_until, min(self.next_at, self.last_bulk + longest))

    def slow_down(self, now: float, seconds: float) -> None:
        """Telegram refused: wait, then go on at half the rate. What was on its way counts once."""
        if now >= self.held_until:
            self.rate = max(SLOWEST_SHARE * self.ceiling, self.rate_at(now) / 2)
        self.held_until = max(self.held_until, now + seconds)
        self.changed_at = self.held_until
