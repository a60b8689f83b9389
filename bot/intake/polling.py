"""Polling that confirms an update only when it has been handled.

getUpdates confirms every update below the offset it is asked for
(https://core.telegram.org/bots/api#getupdates). The offset asked for is therefore the lowest
update that is not done yet; what comes again while it is still in hand is passed over.
"""

import asyncio
import json
from functools import partial
from typing import Any

import structlog
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.intake import ALLOWED_UPDATES, Handle, TryAgain
from bot.intake.lanes import Lanes
from bot.transport import AiohttpRequest

log = structlog.get_logger()

LONG_POLL_SECONDS = 30
BATCH = 100
STRAGGLERS_SECONDS = 1.0
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0)
LAST_WORK_SECONDS = 20.0


class Polling:
    """Fetches updates and hands them on until told to stop."""

    def __init__(
        self, request: AiohttpRequest, base_url: str, handle: Handle, *, running: int = 64
    ) -> None:
        """
        Args:
            request: of its own, initialized; a long poll occupies a connection.
            base_url: the Bot API's address with the token.
            running: how many updates are handled at once at the most.
        """
        self._request = request
        self._url = f"{base_url}/getUpdates"
        self._lanes = Lanes(partial(_until_done, handle), running=running)
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        self._next = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set; then finish what is in hand and confirm it.

        Raises:
            telegram.error.InvalidToken: Telegram does not know the token.
        """
        stopping = asyncio.ensure_future(stop.wait())
        failures = 0
        try:
            while not stop.is_set():
                fetching = asyncio.ensure_future(self._fetch(LONG_POLL_SECONDS, BATCH))
                await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not fetching.done():
                    fetching.cancel()
                    await asyncio.wait({fetching})
                    break
                try:
                    updates = fetching.result()
                except InvalidToken:
                    raise
                except TelegramError as failed:
                    pause = PAUSES[min(failures, len(PAUSES) - 1)]
                    failures += 1
                    log.warning("no updates", reason=type(failed).__name__, again_in=pause)
                    await asyncio.wait({stopping}, timeout=pause)
                    continue
                failures = 0
                await self._take(updates, stopping)
        finally:
            stopping.cancel()
            await self._finish()

    async def _take(self, updates: list[dict[str, Any]], stopping: asyncio.Future[Any]) -> None:
        for update in updates:
            number = update["update_id"]
            self._next = max(self._next, number + 1)
            if number not in self._in_hand and number not in self._done:
                self._in_hand[number] = asyncio.create_task(self._lanes.do(update))
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=STRAGGLERS_SECONDS)
            self._settle()
        if updates and all(update["update_id"] in self._in_hand for update in updates):
            # Nothing but stragglers: asking again at once would only bring the same.
            await asyncio.wait(
                {*self._in_hand.values(), stopping}, return_when=asyncio.FIRST_COMPLETED
            )
        self._settle()

    def _settle(self) -> None:
        for number in [number for number, task in self._in_hand.items() if task.done()]:
            self._in_hand.pop(number).result()
            self._done.add(number)
        self._done = {number for number in self._done if number >= self._offset}

    @property
    def _offset(self) -> int:
        """The lowest update that is not done."""
        return min(self._in_hand, default=self._next)

    async def _fetch(self, long_poll: int, limit: int) -> list[dict[str, Any]]:
        parameters = {
            "offset": self._offset,
            "timeout": long_poll,
            "limit": limit,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        data = RequestData([RequestParameter.from_input(k, v) for k, v in parameters.items()])
        status, body = await self._request.do_request(
            self._url, "POST", data, read_timeout=long_poll + 15
        )
        if status in (401, 404):
            raise InvalidToken
        try:
            answer = json.loads(body)
        except ValueError:
            raise NetworkError(f"HTTP {status}") from None
        if not answer.get("ok"):
            raise TelegramError(f"HTTP {status}")
        result: list[dict[str, Any]] = answer["result"]
        return result

    async def _finish(self) -> None:
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand.values(), timeout=LAST_WORK_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
            self._in_hand = {n: t for n, t in self._in_hand.items() if t in late}
        if self._next:
            try:
                await self._fetch(0, 1)
            except TelegramError as failed:
                log.warning("last updates not confirmed", reason=type(failed).__name__)


async def _until_done(handle: Handle, update: dict[str, Any]) -> None:
    """Handle an update, again and again while it cannot be; its lane waits so long."""
    attempt = 0
    while True:
        try:
            return await handle(update)
        except TryAgain:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
