"""A server that says one thing, whatever it is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def saying(says: bytes, *, hangs_up: bool = False) -> AsyncIterator[int]:
    """Its port. The block ends once it has been called, and the caller has gone.

    Args:
        hangs_up: whether it does so at once.
    """
    answered = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(says)
            if not hangs_up:
                await reader.read()
            writer.close()
            await writer.wait_closed()
        answered.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
        await answered.wait()
