"""The same pool through a proxy; read only where there is one, because its library takes long."""

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from channels.telegram.connections import LivingConnections, NoWayThrough

NO_PROXY = (ProxyConnectionError, ProxyError, ProxyTimeoutError)


class ProxiedConnections(LivingConnections, ProxyConnector):
    """Connections that the proxy makes, which looks up the names, too."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[aiohttp.tracing.Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> aiohttp.connector.Connection:
        try:
            return await super().connect(req, traces, timeout)
        except (*NO_PROXY, EOFError, ValueError) as fault:  # what it answers may be anything
            raise NoWayThrough(type(fault).__name__) from None
