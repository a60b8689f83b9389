"""Posting updates to a bot's webhook (https://core.telegram.org/bots/api#setwebhook).

As bot-api's WebhookActor: updates of one queue in their order, queues side by side, at most
`max_connections` at once; what is not answered with 2xx is posted again, ever later.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from simulator import rules
from simulator.delivery.backlog import Backlog, Pending


@dataclass(eq=False, slots=True)
class Webhook:
    """Where updates are posted, and how that goes.

    Attributes:
        task: the work of posting, once it has begun.
        last_error_at: seconds since 1970.
    """

    url: str
    secret_token: str
    max_connections: int
    task: asyncio.Task[None] | None = None
    last_error_at: int = 0
    last_error: str = ""


@dataclass(eq=False)
class Postman:
    """Posts one bot's updates until it is cancelled."""

    webhook: Webhook
    backlog: Backlog
    session: aiohttp.ClientSession
    deliveries: Callable[[], int]
    _queues: dict[tuple[str, int], deque[Pending]] = field(default_factory=dict)

    async def work(self) -> None:
        """Post what is there and what comes."""
        self._places = asyncio.Semaphore(self.webhook.max_connections)
        try:
            async with asyncio.TaskGroup() as queues:
                while True:
                    self._hand_out(queues)
                    self.backlog.arrived.clear()
                    await self.backlog.arrived.wait()
        finally:
            for pending in self.backlog:
                pending.taken = False

    def _hand_out(self, queues: asyncio.TaskGroup) -> None:
        fresh = []
        for pending in reversed(self.backlog):
            if pending.taken:
                break
            fresh.append(pending)
        for pending in reversed(fresh):
            pending.taken = True
            queue = self._queues.get(pending.queue)
            if queue is None:
                queue = self._queues[pending.queue] = deque()
                queues.create_task(self._work_off(pending.queue, queue))
            queue.append(pending)

    async def _work_off(self, name: tuple[str, int], queue: deque[Pending]) -> None:
        while queue:
            await self._deliver(queue[0])
            self.backlog.done(queue.popleft())
        del self._queues[name]

    async def _deliver(self, pending: Pending) -> None:
        body = json.dumps(pending.update).encode()
        failures = 0
        while pending.given < self.deliveries():
            async with self._places:
                wait = await self._post(body)
            if wait is None:
                pending.given += 1
                continue
            later = rules.WEBHOOK_RETRY_SECONDS
            await asyncio.sleep(wait or later[min(failures, len(later) - 1)])
            failures = 0 if wait else failures + 1

    async def _post(self, body: bytes) -> float | None:
        """Post once: None if it was taken, else the seconds the bot asks to wait."""
        headers = {"Content-Type": "application/json"}
        if self.webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook.secret_token
        try:
            async with self.session.post(
                self.webhook.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return None
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                return float(asked) if asked.isdecimal() else 0.0
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._failed("Connection refused")
            return 0.0

    def _failed(self, why: str) -> None:
        self.webhook.last_error_at = int(time.time())
        self.webhook.last_error = why
