"""Polling that confirms an update only when it has been handled.

getUpdates confirms every update below the offset it is asked for
(https://core.telegram.org/bots/api#getupdates). The offset asked for is therefore the lowest
update that is not done yet, and what comes again from there on is passed over. While something
is not done, Telegram has an answer at once: so we let the work go on for a moment before we ask.
Who asks for the same offset again within half a second is given one update alone
(https://github.com/tdlib/telegram-bot-api, Client::process_get_updates_query), so we never do.
"""

import asyncio
import contextlib
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from campaign.delivery.wait import pause
from channels.log_exceptions import said_by_telegram
from channels.ordering import ChatQueues
from channels.telegram import Handle, Redeliver
from channels.telegram.get_updates import fetch
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.owed import seconds_to_wait

log = structlog.get_logger()

LONG_POLL_SECONDS = 30
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
WORK_SECONDS = 0.1
BUSY_TURNS = 10
FEW = 50
WORK_SECONDS_WHEN_NOTHING_NEW = (0.2, 0.4, 1.0)
LAST_WORK_SECONDS = 6.0
SAME_OFFSET_SECONDS = 0.55
HEARD_SECONDS = 0.5
"""After which Telegram has read what it was asked, if the connection is no worse than most."""


class Polling:
    """Fetches updates and hands them on until told to stop."""

    def __init__(
        self, request: AiohttpRequest, base_url: str, handle: Handle, *, running: int = 64
    ) -> None:
        """
        Args:
            request: of its own, initialized; a long poll occupies a connection.
            base_url: the Bot API's address with the token.
            handle: for one update; Redeliver makes its chat wait and start over with it.
            running: how many updates are handled at once at the most.
        """
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self.queues = ChatQueues(handle, running=running, pause=self._before_another_attempt)
        self._stop = asyncio.Event()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        self._next = 0
        self._confirmed = 0
        self._asked: tuple[int, float] = (-1, 0.0)
        self._unanswered = -1
        self._failures = 0
        self._nothing_new = 0
        self._held_up = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set; then finish what is in hand and confirm it.

        What cannot be finished within LAST_WORK_SECONDS is left to be delivered again.

        Raises:
            telegram.error.InvalidToken: Telegram does not know the token.
        """
        self._stop = stop
        try:
            while not stop.is_set():
                self._take(await self._batch())
                await self._let_work()
                await self._not_again_at_once()
        finally:
            await self._finish()

    async def _batch(self) -> list[dict[str, Any]]:
        """What Telegram has; nothing when it fails or when we are to stop."""
        try:
            updates = await self._unless_stopped(LONG_POLL_SECONDS)
        except InvalidToken:
            raise
        except TelegramError as failed:
            await self._wait_after(failed)
            return []
        if self._failures:
            log.info("updates come again")
        self._failures = 0
        return updates

    async def _unless_stopped(self, long_poll: int) -> list[dict[str, Any]]:
        offset = self._offset
        self._asked = offset, asyncio.get_running_loop().time()
        fetching = asyncio.create_task(
            fetch(self._request, self._url, offset=offset, long_poll=long_poll)
        )
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not fetching.done():
                self._unanswered = offset
                return []
            updates = fetching.result()
            self._confirmed = offset
            return updates
        finally:
            fetching.cancel()
            stopping.cancel()
            await asyncio.gather(fetching, stopping, return_exceptions=True)

    async def _wait_after(self, failed: TelegramError) -> None:
        seconds = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        if isinstance(failed, Conflict):
            log.error("another program takes this bot's updates", told=said_by_telegram(failed))
        if isinstance(failed, RetryAfter):
            seconds = max(seconds, seconds_to_wait(failed))
        log.warning("no updates", reason=type(failed).__name__, again_in=seconds)
        await pause(seconds, sooner=self._stop)

    def _take(self, updates: list[dict[str, Any]]) -> None:
        new = [u for u in updates if not self._is_known(u["update_id"])]
        for update in new:
            self._in_hand[update["update_id"]] = asyncio.create_task(self.queues.do(update))
        if updates:
            # Not the highest seen so far: after a quiet week Telegram may number from below.
            self._next = updates[-1]["update_id"] + 1
        self._nothing_new = 0 if new else self._nothing_new + 1

    def _is_known(self, number: int) -> bool:
        return number in self._in_hand or number in self._done

    async def _let_work(self) -> None:
        """Wait for all in hand, but not long: a slow chat holds up nobody else."""
        for _ in range(BUSY_TURNS):
            if not self._in_hand:
                return
            await asyncio.wait(self._in_hand.values(), timeout=self._turn_seconds())
            self._settle()
            if self._nothing_new or len(self._in_hand) <= FEW:
                return  # else more would only wait here, and much of it be sent again for nothing

    def _turn_seconds(self) -> float:
        steps = WORK_SECONDS_WHEN_NOTHING_NEW
        return steps[min(self._nothing_new, len(steps)) - 1] if self._nothing_new else WORK_SECONDS

    async def _not_again_at_once(self) -> None:
        """Wait while we would ask for the same offset again too soon."""
        while (left := self._too_soon()) > 0 and not self._stop.is_set():
            lowest = self._in_hand.get(self._offset)
            if lowest is None:
                await pause(left, sooner=self._stop)
            else:
                await asyncio.wait({lowest}, timeout=left)
                self._settle()

    def _too_soon(self) -> float:
        """Seconds until this offset may be asked for; 0 if at once."""
        offset, at = self._asked
        if offset != self._offset:
            return 0.0
        return at + SAME_OFFSET_SECONDS - asyncio.get_running_loop().time()

    def _settle(self) -> None:
        for number in [number for number, task in self._in_hand.items() if task.done()]:
            task = self._in_hand.pop(number)
            if task.cancelled() or task.exception() is not None:
                self._next = min(self._next, number)  # left to be delivered again
            else:
                self._done.add(number)
        self._done = {number for number in self._done if self._offset <= number < self._next}

    @property
    def _offset(self) -> int:
        """The lowest update that is not done."""
        return min(self._next, *self._in_hand) if self._in_hand else self._next

    async def _before_another_attempt(self, attempt: int) -> None:
        if not self._held_up:
            log.warning("updates wait: they cannot be handled now")
        self._held_up += 1
        try:
            seconds = PAUSES[min(attempt, len(PAUSES)) - 1]
            await pause(seconds, sooner=self._stop)
        finally:
            self._held_up -= 1
        if self._stop.is_set():
            raise Redeliver

    async def _finish(self) -> None:
        try:
            if self._in_hand:
                await asyncio.wait(self._in_hand.values(), timeout=LAST_WORK_SECONDS)
        finally:
            late = [task for task in self._in_hand.values() if not task.done()]
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
            self._settle()
        if self._offset > self._confirmed:
            await self._confirm()

    async def _confirm(self) -> None:
        """Tell Telegram what is done. Asked for an offset again it answers after three seconds, if
        there is nothing: so what the last poll has told it already is told once more only if that
        began a moment ago, and the answer is not waited for."""
        left = None
        if self._unanswered == self._offset:
            _, at = self._asked
            left = at + HEARD_SECONDS - asyncio.get_running_loop().time()
        if left is not None and left <= 0:
            return
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await fetch(self._request, self._url, offset=self._offset, long_poll=0, limit=1)
        except TelegramError as failed:
            log.warning("last updates not confirmed", reason=type(failed).__name__)
