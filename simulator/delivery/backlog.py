"""What a bot has not confirmed yet (https://core.telegram.org/bots/api#getting-updates)."""

import asyncio
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from simulator import rules
from simulator.errors import Refused


@dataclass(eq=False, slots=True)
class Pending:
    """One update.

    Attributes:
        update: the Update object.
        queue: of one queue, a webhook is given one after the other.
        kept_until: seconds since 1970.
        given: how often it has been given out.
        taken: a webhook has it in hand.
    """

    update: dict[str, Any]
    queue: tuple[str, int]
    kept_until: float
    given: int = 0
    taken: bool = False

    @property
    def number(self) -> int:
        return int(self.update["update_id"])


@dataclass(eq=False, slots=True)
class Backlog:
    """Unconfirmed updates of one bot, oldest first.

    Attributes:
        wanted: kinds the bot wants; others are not even queued.
        arrived: set at each new update, for a webhook.
        asked: the offset that was asked for last, and when (seconds since 1970).
    """

    wanted: frozenset[str] = rules.UPDATE_KINDS
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    asked: tuple[int, float] = (-1, 0.0)
    _pending: deque[Pending] = field(default_factory=deque)
    _waiter: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[Pending]:
        return iter(self._pending)

    def __reversed__(self) -> Iterator[Pending]:
        return reversed(self._pending)

    def add(self, update: dict[str, Any], queue: tuple[str, int], now: float) -> None:
        self._pending.append(Pending(update, queue, now + rules.UPDATES_KEPT_SECONDS))
        self.arrived.set()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def expire(self, now: float) -> None:
        """Forget what is too old."""
        while self._pending and self._pending[0].kept_until < now:
            self._pending.popleft()

    def confirm(self, offset: int, deliveries: int) -> None:
        """Forget all before an offset; of a negative one, all but the last -offset.

        Args:
            offset: as of getUpdates.
            deliveries: how often each update is given out in all; more than once is a fault to
                order. One that has been given out less often stays.
        """
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
        again = []
        while self._pending and self._pending[0].number < offset:
            pending = self._pending.popleft()
            if 0 < pending.given < deliveries:
                again.append(pending)
        self._pending.extendleft(reversed(again))

    def seconds_since_asked(self, offset: int, now: float) -> float:
        """How long ago this offset was asked for, if no other was since; it is asked for now."""
        before, at = self.asked
        self.asked = offset, now
        return now - at if offset == before else math.inf

    def give(self, limit: int) -> list[dict[str, Any]]:
        """The oldest ones, counted as given out."""
        ready = list(islice(self._pending, limit))
        for pending in ready:
            pending.given += 1
        return [pending.update for pending in ready]

    def drop(self) -> None:
        """Forget all."""
        self._pending.clear()

    def done(self, pending: Pending) -> None:
        """A webhook has taken it."""
        if pending in self._pending:
            self._pending.remove(pending)

    @property
    def is_waited_for(self) -> bool:
        """Whether a long poll waits."""
        return self._waiter is not None

    async def wait(self, seconds: float) -> None:
        """Wait for the next update, at most some seconds.

        Raises:
            Refused: 409, another call or a webhook has come in between.
        """
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        alarm = asyncio.get_running_loop().call_later(seconds, _wake, waiter)
        try:
            await waiter
        finally:
            alarm.cancel()
            if self._waiter is waiter:
                self._waiter = None

    def interrupt(self, reason: Refused) -> None:
        """End the call that waits, if there is one."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(reason)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
