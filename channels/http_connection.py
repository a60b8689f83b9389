"""One HTTP connection, bounded in time and size in both directions.

uvicorn bounds neither: a caller who says a letter a minute, sends requests without reading the
answers, or only connects would keep a connection, and many of them all there are
(https://www.cve.org/CVERecord?id=CVE-2007-6750 is the pattern).
"""

import asyncio
import ipaddress
import os
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from channels.floods import Floods

KEEP_ALIVE_SECONDS = 150  # longer than Caddy keeps its side (120 s), so that it closes first
HEAD_SECONDS = 10.0
MOST_HEAD = 32_768
WRITE_SECONDS = 30.0
"""How long a caller may take to read an answer: a picture over a slow mobile network."""

LOOPBACK = {"127.0.0.1", "::1"}
MOST_UNSENT = 65_536
MOST_CONNECTIONS = 500
MOST_PER_ADDRESS = 120
"""Above the 100 that webhook.max_connections allows: Telegram calls from few addresses."""

HELD_SECONDS = 1.0
MOST_HELD = 100
"""Beyond that, connections of networks that flood us are closed as they come."""

_DROP_UNSENT = struct.pack("ii", 1, 0)  # linger for no time: the caller is told by a reset


class ConnectionLimits(uvicorn.Config):
    """uvicorn's settings, and ours.

    Attributes:
        per_address: how many connections one address may have; 0 for any number.
        floods: which networks ask too much; None: not asked here.
        held: how many connections of such wait to be refused.
    """

    per_address: int = 0
    floods: Floods | None = None
    held: int = 0


class _Pipelined(Exception):
    """A request has begun before the answer to the one before it was out."""


class BoundedConnection(HttpToolsProtocol):
    """A connection that waits for a request and for its reader, but not for ever or for a book."""

    config: ConnectionLimits
    connections: "set[BoundedConnection]"  # type: ignore[assignment]
    _head_due: asyncio.TimerHandle | None = None
    _read_due: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _refuses_more = False
    _since = 0.0
    _network: bytes | None = None
    _is_held = False
    address = ""

    @property
    def is_waiting(self) -> bool:
        """Whether the caller has to act next: to send a request, or to read an answer."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered or self.flow.write_paused

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=MOST_UNSENT)
        self.address = network_of(self.client[0]) if self.client else ""
        self._since = self.loop.time()
        floods, trusted = self.config.floods, set(str(self.config.forwarded_allow_ips).split(","))
        # Of who may say whose call it is, nothing is known before that is read.
        if floods is not None and self.client and trusted <= LOOPBACK - {self.client[0]}:
            self._network = floods.name(self.client[0])
            if self.config.held >= MOST_HELD and self._is_flood():
                self.drop()
                return
        self._make_room()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_head()
        self.config.held -= self._is_held
        if self._read_due is not None:
            self._read_due.cancel()
            self._read_due = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refuses_more or self._is_held or self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            if self._is_flood():
                self._refuse_slowly() if self.config.held < MOST_HELD else self._refuse()
                return
            if self._head_due is None:
                self._expect_head()
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_due is not None and self._head_bytes > MOST_HEAD:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Take one request at a time.

        Raises:
            _Pipelined: the parser goes no further; the caller has to ask again.
        """
        busy = self.cycle is not None and not self.cycle.response_complete
        if busy or self.transport.get_write_buffer_size():
            self._refuses_more = True
            raise _Pipelined
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what follows a body as a trailer is nobody's to keep."""
        if self._head_due is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._has_head()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self._expect_reader()
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reader()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read; end after the present answer if it was one request more.

        Clients send again what was not answered (RFC 9112, 9.3.2).
        """
        if not self._refuses_more:
            super().send_400_response(msg)
        elif self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False
            self.flow.pause_reading()

    def drop(self) -> None:
        """Close at once, and throw away what the kernel still holds for the caller."""
        with suppress(OSError):
            number = os.dup(self.transport.get_extra_info("socket").fileno())
            with socket.socket(fileno=number) as same:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP_UNSENT)
        self.transport.abort()

    def _is_flood(self) -> bool:
        floods = self.config.floods
        return floods is not None and self._network is not None and floods.floods(self._network)

    def _refuse_slowly(self) -> None:
        """Let those who flood us wait, so that they ask less; nothing of it is read."""
        self._is_held = True
        self.config.held += 1
        self.flow.pause_reading()
        self._has_head()
        self._head_due = self.loop.call_later(HELD_SECONDS, self._refuse)

    def _refuse(self) -> None:
        floods = self.config.floods
        if floods is not None and not self.transport.is_closing():
            self.transport.write(floods.answer)
            self.transport.close()

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._head_due = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _has_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _expect_reader(self) -> None:
        self._since = self.loop.time()
        if self._read_due is None:
            self._read_due = self.loop.call_later(WRITE_SECONDS, self._look_whether_read)

    def _look_whether_read(self) -> None:
        """Abort if the newest answer lies unread; no other has been begun meanwhile."""
        self._read_due = None
        if not self.transport.get_write_buffer_size():
            return
        late = self._since + WRITE_SECONDS - self.loop.time()
        if late <= 0:
            self.drop()
        else:
            self._read_due = self.loop.call_later(late, self._look_whether_read)

    def _make_room(self) -> None:
        """Where there are too many connections, end the one that has waited longest."""
        share = self.config.per_address
        if len(self.connections) <= min(share or MOST_CONNECTIONS, MOST_CONNECTIONS):
            return
        living = [one for one in self.connections if not one.transport.is_closing()]
        neighbours = [one for one in living if one.address == self.address]
        if share and len(neighbours) > share:
            self._end_one(neighbours)
        elif len(living) > MOST_CONNECTIONS:
            self._end_one([one for one in living if one._is_held] or living)

    def _end_one(self, among: "Iterable[BoundedConnection]") -> None:
        waiting = [one for one in among if one is not self and one.is_waiting]
        longest = min(waiting, key=lambda one: one._since, default=self)
        longest.drop()


def share_at(host: str, *, behind_proxy: bool) -> int:
    """How many connections one address may have at a door; 0 for any number.

    What listens on loopback, or behind a proxy, sees the same address for every caller.
    """
    if behind_proxy or host == "localhost":
        return 0
    try:
        return 0 if ipaddress.ip_address(host).is_loopback else MOST_PER_ADDRESS
    except ValueError:
        return MOST_PER_ADDRESS


def network_of(host: str) -> str:
    """Who an address belongs to: itself, or for IPv6 the /64 that one subscriber gets
    (https://www.rfc-editor.org/rfc/rfc6177)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
