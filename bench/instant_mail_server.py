"""A mail server that takes every letter at once, so that what is measured is the sender.

`python -m bench.instant_mail_server` prints its port and serves until it is ended.
"""

import asyncio
from typing import cast

import uvloop

GREETING = b"220 instant.example ESMTP\r\n"
EXTENSIONS = b"250-instant.example\r\n250-SIZE 52428800\r\n250 8BITMIME\r\n"
YES, GO_ON, GOODBYE = b"250 OK\r\n", b"354 go on\r\n", b"221 goodbye\r\n"
ENDS = b"\r\n.\r\n"


class Instant(asyncio.Protocol):
    """One connection: a command a line, and letters that end with a dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""
        self._in_letter = False
        self._transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(ENDS if self._in_letter else b"\r\n")) >= 0:
            if self._in_letter:
                self._received = self._received[end + len(ENDS) :]
                self._in_letter = False
                self._transport.write(YES)
            else:
                line, self._received = self._received[:end], self._received[end + 2 :]
                self._obey(line[:4].upper())

    def _obey(self, command: bytes) -> None:
        if command == b"EHLO":
            self._transport.write(EXTENSIONS)
        elif command == b"DATA":
            self._in_letter = True
            self._transport.write(GO_ON)
        elif command == b"QUIT":
            self._transport.write(GOODBYE)
            self._transport.close()
        else:
            self._transport.write(YES)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Instant, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
