"""Pools of kept connections."""

import asyncio
import select
from typing import Any
from weakref import WeakSet

import aiohttp

CLOSED_BY_PEER = getattr(select, "POLLRDHUP", 0)  # Linux only; elsewhere a full close is seen


class NoWayThrough(aiohttp.ClientError):
    """A proxy has not connected us: what kind of fault it was, by name."""


class LivingConnections(aiohttp.TCPConnector):
    """A pool that never gives out a kept connection which the server has closed meanwhile.

    The event loop hears of a close only when it comes round to it; a busy one would write a
    request into the void first, and nobody could tell whether it had been read.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._used: WeakSet[asyncio.BaseProtocol] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[aiohttp.tracing.Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> aiohttp.connector.Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None:
                return connection
            if protocol not in self._used:
                # Not looked at: a server that hangs up at once would be called for ever.
                self._used.add(protocol)
                return connection
            if not _is_closed(connection):
                return connection
            connection.close()


def _is_closed(connection: aiohttp.connector.Connection) -> bool:
    transport = connection.transport
    if transport is None:
        return True
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), CLOSED_BY_PEER)
    return bool(poll.poll(0))
