"""Rubbish from one address, as fast as it can, until it is told to end.

A program of its own, `python -m tests.e2e.rubbish PORT`, because the test has people to look after.
At the end it says how many requests were answered, by status.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from contextlib import suppress
from itertools import cycle

import uvloop

FROM = "127.0.0.66"
CONNECTIONS = 40
COOKIE = b"Cookie: clamour=" + b"a" * 43 + b"\r\n"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


def post(path: bytes, body: bytes, kind: bytes = FORM) -> bytes:
    head = b"Host: petition\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (kind, len(body))
    return b"POST %s HTTP/1.1\r\n%s%s\r\n%s" % (path, COOKIE, head, body)


def get(path: bytes) -> bytes:
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


async def _keeps_sending(port: int, first: int, answered: Counter[str]) -> None:
    turns = cycle(RUBBISH[first:] + RUBBISH[:first])
    while True:
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(FROM, 0))
            try:
                while await _is_kept_open(reader, writer, next(turns), answered):
                    pass
            finally:
                writer.transport.abort()


async def _is_kept_open(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes, answered: Counter[str]
) -> bool:
    writer.write(asked)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    answered[head[9:12].decode()] += 1
    _, _, length = head.partition(b"content-length:")
    if length:
        await reader.readexactly(int(length.split()[0]))
    return b"connection: close" not in head


async def main(port: int) -> None:
    answered: Counter[str] = Counter()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    sending = [
        asyncio.create_task(_keeps_sending(port, number % len(RUBBISH), answered))
        for number in range(CONNECTIONS)
    ]
    print("sending", flush=True)  # noqa: T201 - the test waits for it
    await ended.wait()
    for one in sending:
        one.cancel()
    print(json.dumps(answered))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
