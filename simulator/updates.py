"""Updates on their way to a bot: long polling, or calls to its webhook."""

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import Any

import aiohttp

from simulator import rules
from simulator.errors import Refused, bad_request
from simulator.sending import as_json
from simulator.world import Bot, Json, World

KINDS_BY_DEFAULT = frozenset(
    {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "inline_query",
        "chosen_inline_result",
    }
)
RETRY_SECONDS = (0.2, 0.4, 0.8, 1.6, 3.2, 5.0)


class Updates:
    """Gives each bot its updates.

    Attributes:
        deliveries: how often each update is given out in all; more than once is a fault to order.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.deliveries = 1
        self._times: dict[int, int] = {}
        self._hooks: dict[int, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    async def get(self, bot: Bot, given: Json) -> list[Json]:
        """https://core.telegram.org/bots/api#getupdates

        Raises:
            Refused: 409, another call or a webhook is in the way.
        """
        if bot.webhook is not None:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if bot.poll is not None and not bot.poll.done():
            bot.poll.cancel()
        bot.poll = asyncio.ensure_future(self._wait(bot, given))
        try:
            updates: list[Json] = await bot.poll
            return updates
        except asyncio.CancelledError:
            if bot.poll is not None and bot.poll.cancelled():
                raise Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                ) from None
            raise

    async def _wait(self, bot: Bot, given: Json) -> list[Json]:
        offset = int(given.get("offset") or 0)
        limit = min(int(given.get("limit") or rules.GET_UPDATES_LIMIT), rules.GET_UPDATES_LIMIT)
        wanted = frozenset(as_json(given.get("allowed_updates")) or ()) or KINDS_BY_DEFAULT
        self._confirm(bot, offset)
        deadline = asyncio.get_running_loop().time() + float(given.get("timeout") or 0)
        while True:
            _drop_unwanted(bot, wanted)
            if bot.updates:
                ready = [bot.updates[n] for n in range(min(limit, len(bot.updates)))]
                for update in ready:
                    self._count(update)
                return ready
            bot.arrived.clear()
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return []
            try:
                await asyncio.wait_for(bot.arrived.wait(), left)
            except TimeoutError:
                return []

    def _confirm(self, bot: Bot, offset: int) -> None:
        again: deque[Json] = deque()
        while bot.updates and bot.updates[0]["update_id"] < offset:
            update = bot.updates.popleft()
            if self._times.get(update["update_id"], 0) < self.deliveries:
                again.append(update)
        bot.updates.extendleft(reversed(again))

    def _count(self, update: Json) -> None:
        number = update["update_id"]
        self._times[number] = self._times.get(number, 0) + 1

    async def set_webhook(self, bot: Bot, given: Json) -> bool:
        """https://core.telegram.org/bots/api#setwebhook"""
        url = str(given.get("url") or "")
        await self.delete_webhook(bot, given)
        if not url:
            return True
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        bot.webhook = {
            "url": url,
            "secret": str(given.get("secret_token") or ""),
            "max_connections": int(given.get("max_connections") or 40),
            "allowed": frozenset(as_json(given.get("allowed_updates")) or ()) or KINDS_BY_DEFAULT,
        }
        self._hooks[bot.id] = asyncio.create_task(self._call_hook(bot, bot.webhook))
        return True

    async def delete_webhook(self, bot: Bot, given: Json) -> bool:
        """https://core.telegram.org/bots/api#deletewebhook"""
        bot.webhook = None
        hook = self._hooks.pop(bot.id, None)
        if hook is not None:
            hook.cancel()
        if str(given.get("drop_pending_updates", "")).lower() == "true":
            bot.updates.clear()
        return True

    async def _call_hook(self, bot: Bot, hook: Json) -> None:
        """Post each update; one queue after the other is not waited for, within a queue it is.

        As in Telegram's own server, a chat's messages are one queue and a person's taps another.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession()
        places = asyncio.Semaphore(hook["max_connections"])
        ends: dict[Hashable, asyncio.Task[None]] = {}
        posting: set[asyncio.Task[None]] = set()
        try:
            while True:
                _drop_unwanted(bot, hook["allowed"])
                fresh = [u for u in bot.updates if u["update_id"] not in self._times]
                for update in fresh:
                    self._times[update["update_id"]] = 0
                    queue = _queue_of(update)
                    task = asyncio.create_task(
                        self._post(bot, hook, update, places, ends.get(queue))
                    )
                    ends[queue] = task
                    posting.add(task)
                    task.add_done_callback(posting.discard)
                bot.arrived.clear()
                await bot.arrived.wait()
        finally:
            for task in posting:
                task.cancel()
            for update in bot.updates:
                self._times.pop(update["update_id"], None)

    async def _post(
        self,
        bot: Bot,
        hook: Json,
        update: Json,
        places: asyncio.Semaphore,
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]} if hook["secret"] else {}
        attempt = done = 0
        while done < self.deliveries:
            async with places:
                if await self._posted(hook["url"], headers, update):
                    done += 1
                    continue
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            attempt += 1
        bot.updates.remove(update)

    async def _posted(self, url: str, headers: dict[str, str], update: Json) -> bool:
        assert self._session is not None  # noqa: S101 - made before the first task
        try:
            async with self._session.post(url, json=update, headers=headers) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def close(self) -> None:
        """Stop every webhook."""
        hooks = list(self._hooks.values())
        for hook in hooks:
            hook.cancel()
        await asyncio.gather(*hooks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _drop_unwanted(bot: Bot, wanted: frozenset[str]) -> None:
    if any(wanted.isdisjoint(update) for update in bot.updates):
        bot.updates = deque(u for u in bot.updates if not wanted.isdisjoint(u))


def _queue_of(update: Json) -> Hashable:
    if "callback_query" in update:
        return "taps", update["callback_query"]["from"]["id"]
    content: Any = next(value for key, value in update.items() if key != "update_id")
    return "chat", content.get("chat", content["from"])["id"]
