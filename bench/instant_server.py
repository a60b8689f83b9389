"""A Bot API that answers every sendMessage at once, so that what is measured is the sender.

`python -m bench.instant_server` prints its port and serves until it is ended.
"""

import asyncio
import json
from typing import cast

import uvloop

MESSAGE = {
    "message_id": 1,
    "date": 1_790_000_000,
    "from": {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"},
    "chat": {"id": 2, "type": "private", "first_name": "Ada"},
    "text": "Thank you for signing.",
}
BODY = json.dumps({"ok": True, "result": MESSAGE}).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    + BODY
)


class Instant(asyncio.Protocol):
    """One connection: reads as much HTTP as it needs to know where a request ends."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (head_end := self._received.find(b"\r\n\r\n")) >= 0:
            end = head_end + 4 + _content_length(self._received[:head_end])
            if len(self._received) < end:
                return
            self._received = self._received[end:]
            self._transport.write(ANSWER)


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Instant, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
