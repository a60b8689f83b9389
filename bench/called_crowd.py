"""The crowd that signs, for bots that are called: it is their load balancer, too.

`python -m bench.called_crowd --people 1000 --at-once 200 --workers 2` waits until so many workers
have set their webhooks, lets them take turns, and prints the figures as bench.crowd does.
"""

import asyncio
import itertools
import json
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import httptools

from bench.crowd import Connection, Crowd, Person, options, serve

CONNECTIONS = 40
"""To each worker, as many as Telegram opens if nobody says otherwise."""
AGAIN_SECONDS = 0.2


class CalledCrowd(Crowd):
    """Brings its updates to the workers itself."""

    def __init__(self, people: int, at_once: int, workers: int, hold_every: int = 0) -> None:
        super().__init__(people, at_once, hold_every=hold_every)
        self._expected, self._secret = workers, ""
        self._workers: list[str] = []
        self._free: deque[Line] = deque()

    async def webhook(self, url: str, secret: str) -> None:
        """A worker has said where it is called."""
        if url in self._workers:
            return
        self._workers.append(url)
        self._secret = secret
        if len(self._workers) < self._expected:
            return
        lines = [[await self._line(url) for _ in range(CONNECTIONS)] for url in self._workers]
        self._free.extend(itertools.chain.from_iterable(zip(*lines, strict=True)))
        self.arrive()

    async def _line(self, url: str) -> "Line":
        at = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: Line(self, url), at.hostname, at.port)
        return line

    def _enqueue(self, person: Person, update: dict[str, Any]) -> None:
        super()._enqueue(person, update)
        self._bring()

    def _bring(self) -> None:
        while self.updates and self._free:
            self._free.popleft().post(self.updates.popleft(), self._secret)

    def taken(self, line: "Line", update: dict[str, Any], status: int) -> None:
        """A worker has answered; what it did not take is brought again, to the next one."""
        self._free.append(line)
        if status == 200:
            self._bring()
        else:
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._again, update)

    def _again(self, update: dict[str, Any]) -> None:
        self.updates.append(update)
        self._bring()


class Line(asyncio.Protocol):
    """One keep-alive connection to a worker."""

    def __init__(self, crowd: CalledCrowd, url: str) -> None:
        at = urlsplit(url)
        self._crowd, self._host, self._path = crowd, at.netloc, at.path
        self._update: dict[str, Any] = {}
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def post(self, update: dict[str, Any], secret: str) -> None:
        self._update = update
        body = json.dumps(update).encode()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._crowd.taken(self, self._update, self._parser.get_status_code())


class Api(Connection):
    """The Bot API of this crowd: workers say where they are."""

    crowd: CalledCrowd

    def on_message_complete(self) -> None:
        if self.method == "setWebhook":
            given = self._parameters()
            task = asyncio.create_task(self.crowd.webhook(given["url"], given["secret_token"]))
            self.waiting.add(task)
            task.add_done_callback(self.waiting.discard)
        super().on_message_complete()


async def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    await serve(CalledCrowd(given.people, given.at_once, given.workers, given.hold_every), Api)


if __name__ == "__main__":
    asyncio.run(main())
