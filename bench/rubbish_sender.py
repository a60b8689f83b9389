"""Rubbish from one address, as fast as it can, until it is told to end.

`python -m bench.rubbish_sender PORT ADDRESS`. At the end it says how many requests were answered,
by status, and how many had their connection closed instead.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

import uvloop

CONNECTIONS = 120
COOKIE = b"Cookie: clamour=" + b"a" * 43 + b"\r\n"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


def post(path: bytes, body: bytes, kind: bytes = FORM) -> bytes:
    """A form, or what is none."""
    head = b"Host: petition\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (kind, len(body))
    return b"POST %s HTTP/1.1\r\n%s%s\r\n%s" % (path, COOKIE, head, body)


def get(path: bytes) -> bytes:
    """A page, or what is none."""
    return b"GET %s HTTP/1.1\r\nHost: petition\r\n%s\r\n" % (path, COOKIE)


RUBBISH = (
    post(b"/chat", b"text=rubbish&n=1&csrf=none"),
    post(b"/chat", b"text=" + b"x" * 15_000),
    post(b"/chat/begin", b"code=keep-the-unit"),
    post(b"/chat/begin", b"code=" + b"%ff" * 4_000),
    post(b"/chat/begin", b"&" * 900),
    post(b"/chat", b"\xff\x00{", JSON),
    post(b"/chat/join", b"token=rubbish"),
    get(b"/chat"),
    get(b"/chat?begun=1"),
    get(b"/chat/picture/rubbish"),
    get(b"/chat/telegram?to=rubbish"),
    get(b"/s/rubbish"),
    get(b"/s/keep-the-unit"),
    get(b"/rubbish"),
)


class _Connection(asyncio.Protocol):
    """Asks again as soon as it has been answered, for as long as it is kept open."""

    def __init__(self, turns: Iterator[bytes], answered: Counter[str]) -> None:
        self.ended = asyncio.Event()
        self._turns, self._answered, self._read = turns, answered, b""
        self._waits = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._waits = True
        self._transport.write(next(self._turns))

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        lower = head.lower()
        _, _, length = lower.partition(b"content-length:")
        if not end or (length and len(body) < int(length.split()[0])):
            return
        self._answered[head[9:12].decode()] += 1
        self._read, self._waits = b"", False
        if b"connection: close" in lower:
            self._transport.abort()
        else:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._answered["closed"] += self._waits
        self.ended.set()


async def _keeps_sending(port: int, address: str, first: int, answered: Counter[str]) -> None:
    turns = cycle(RUBBISH[first:] + RUBBISH[:first])
    loop = asyncio.get_running_loop()
    while True:
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(turns, answered), "127.0.0.1", port, local_addr=(address, 0)
            )
        except OSError:
            await asyncio.sleep(0.01)
            continue
        await connection.ended.wait()


async def main(port: int, address: str) -> None:
    """Send until SIGTERM."""
    answered: Counter[str] = Counter()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    sending = [
        asyncio.create_task(_keeps_sending(port, address, number % len(RUBBISH), answered))
        for number in range(CONNECTIONS)
    ]
    print("sending", flush=True)
    await ended.wait()
    for one in sending:
        one.cancel()
    print(json.dumps(answered))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
