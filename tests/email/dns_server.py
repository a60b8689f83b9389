"""A small DNS server on a port of this machine, that knows what a test tells it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.asyncresolver
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset


@dataclass
class DnsServer(asyncio.DatagramProtocol):
    """
    Attributes:
        records: texts of records, by name and kind.
        fails: whether it says that it is in trouble.
    """

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    fails: bool = False
    port: int = 0

    @classmethod
    @asynccontextmanager
    async def open(cls) -> "AsyncIterator[DnsServer]":
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(cls, ("127.0.0.1", 0))
        server.port = transport.get_extra_info("sockname")[1]
        try:
            yield server
        finally:
            transport.close()

    def knows(self, name: str, kind: str, *texts: str) -> None:
        """Put records there, in place of any before."""
        self.records[name, kind] = list(texts)

    def resolver(self) -> dns.asyncresolver.Resolver:
        """Asks this server alone."""
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def blocking_resolver(self) -> dns.resolver.Resolver:
        """The same for who waits in a thread."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        (question,) = query.question
        name, kind = str(question.name).rstrip("."), dns.rdatatype.to_text(question.rdtype)
        texts = self.records.get((name.lower(), kind), [])
        if self.fails:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts:
            written = [f'"{one}"' for one in texts] if kind == "TXT" else texts
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *written))
        elif not any(known == name.lower() for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), address)
