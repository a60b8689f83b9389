"""Letters to the mail server, in two lanes over connections that are used again.

A code goes at once, over connections of its own; bulk keeps its pace. When the server is away or
asks to wait, a lane makes one attempt at a time, and none before a pause that doubles: until then
its letters are given back at once.
"""

import asyncio
import math
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import structlog

from campaign.delivery.messenger import BotRefused, DeliveryFault, NotDelivered, NotNow, Refused
from channels.email.mail_server import Broken, MailServer, Prepared
from channels.email.mailbox_address import BadAddress, mailbox_address
from channels.email.pace import Pace
from channels.email.reply_faults import NoRelay

if TYPE_CHECKING:
    from channels.email.smtp_connection import SmtpConnection

log = structlog.get_logger()

LaneName = Literal["codes", "bulk"]

CONNECTIONS = {"codes": 4, "bulk": 4}
LETTERS_PER_CONNECTION = 100
IDLE_SECONDS = {"codes": 5.0, "bulk": 20.0}
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = {"codes": 4.0, "bulk": 60.0}
OF_LATE_SECONDS = 3600.0
"""A server that nobody has tried for so long is none to warn of."""
LOGIN_PAUSE_SECONDS = 60.0
"""After a refused login or certificate: accounts are locked by those who try on."""
ANSWER_STEPS = {"codes": 1, "bulk": 6}
"""How many times `MailServer.seconds` the server may think about a letter that it has got whole. A
code is sent again; a letter in bulk whose answer is not waited for would stay unknown."""

WIRE = SMTP.clone(cte_type="7bit", refold_source="none")
"""Lines of ASCII that every server passes on unchanged, so that signatures stay good."""
WIRE_UTF8 = WIRE.clone(utf8=True)
"""The same with header fields as they are, for an address that is not ASCII."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A mail server that takes nothing.

    Attributes:
        refused: whether it takes nothing from us (a login, a certificate, a sender); else it is
            away.
        seconds: between the first and the latest time that it was tried.
        since_worked: seconds since it took something last; infinity if it never has.
    """

    refused: bool
    seconds: float
    since_worked: float = math.inf


class MailTransport:
    """Sends letters; an async context manager, or `close` it.

    Raises nothing but a DeliveryFault, which holds no words of the server's.
    """

    def __init__(self, server: MailServer, *, tls: ssl.SSLContext | None = None) -> None:
        """
        Args:
            tls: in place of the system's certificates.
        """
        self._server = server
        self._tls = tls
        self._our_name: str | None = None
        self._pace = Pace(server.per_minute / 60)
        self._lanes: dict[LaneName, _Lane] = {
            "codes": _Lane("codes", self._open),
            "bulk": _Lane("bulk", self._open),
        }

    async def __aenter__(self) -> "MailTransport":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def rate(self) -> float:
        """Letters a second in bulk."""
        return self._pace.per_second

    async def send(
        self, to: str, letter: EmailMessage, *, lane: LaneName = "bulk", return_path: str = ""
    ) -> None:
        """Hand one letter over to the mail server.

        Args:
            to: the bare address.
            return_path: where bounces go; else to the sender of the settings.

        Raises:
            DeliveryFault: Unreachable and Refused are about this address or letter, NotDelivered
                about this attempt; NotNow and BotRefused are about the server or us.
        """
        prepared = self._prepared(to, letter, return_path or self._server.sender)
        line = self._lanes[lane]
        async with line.place(self._server.seconds):
            if lane == "bulk":
                await asyncio.sleep(self._pace.turn(_now()))
            else:
                self._pace.count(_now())
            answer_seconds = ANSWER_STEPS[lane] * self._server.seconds
            while not await line.deliver(prepared, answer_seconds):
                pass

    @property
    def outage(self) -> Outage | None:
        """What keeps letters from being handed over; None if none was to go of late, or one has
        been taken since."""
        lanes = self._lanes.values()
        worked_at = max(one.worked_at for one in lanes)
        found = [outage for one in lanes if (outage := one.outage(worked_at)) is not None]
        return max(found, key=lambda one: (one.refused, one.seconds), default=None)

    async def close(self) -> None:
        """Close all connections."""
        for line in self._lanes.values():
            await line.close()

    async def _open(self) -> "SmtpConnection":
        if self._tls is None and self._server.tls != "none":
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        if self._our_name is None:
            self._our_name = await asyncio.to_thread(socket.getfqdn)
        from channels.email.smtp_connection import SmtpConnection  # aiosmtplib: only if needed

        return await SmtpConnection.open(self._server, self._tls, self._our_name)

    @staticmethod
    def _prepared(to: str, letter: EmailMessage, return_path: str) -> Prepared:
        try:
            address = mailbox_address(to)
        except BadAddress:
            raise Refused("553 5.1.3, malformed address") from None
        try:
            back_to = mailbox_address(parseaddr(return_path)[1])
        except BadAddress:
            raise BotRefused from None
        content = letter.as_bytes(policy=WIRE_UTF8 if address.needs_utf8 else WIRE)
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        content = content.replace(b"\r\n.", b"\r\n..")
        return Prepared(address, back_to, content)


class _Lane:
    """The connections of one lane, and when it may try to make another."""

    def __init__(self, name: LaneName, open_one: Callable[[], Awaitable["SmtpConnection"]]) -> None:
        self._name = name
        self._open_one = open_one
        self._places = asyncio.Semaphore(CONNECTIONS[name])
        self._one_at_a_time = asyncio.Lock()
        self._idle: dict[SmtpConnection, asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._failed_at = -math.inf
        self._opens_at = -math.inf
        self._goes_on_at = -math.inf
        self._refused = False
        self._failing_since = -math.inf
        self.worked_at = -math.inf
        self._has_sent = False
        self._closed = False

    def outage(self, worked_at: float) -> Outage | None:
        """What is wrong since the server took something last, over whichever lane."""
        now, failed_at = _now(), self._failed_at
        if failed_at < max(worked_at, now - OF_LATE_SECONDS):
            return None
        since = max(self._failing_since, worked_at)
        return Outage(self._refused, failed_at - since, now - worked_at)

    @asynccontextmanager
    async def place(self, seconds: float) -> AsyncIterator[None]:
        """One of so many letters on their way at a time. A code waits for no longer than it would
        for the server.

        Raises:
            DeliveryFault: NotDelivered.
        """
        try:
            async with asyncio.timeout(seconds if self._name == "codes" else None):
                await self._places.acquire()
        except TimeoutError:
            raise NotDelivered from None
        try:
            yield
        finally:
            self._places.release()

    async def deliver(self, letter: Prepared, answer_seconds: float) -> bool:
        """Try it over one connection.

        Returns:
            Whether it has been taken; False: the server had closed that connection since its last
            letter, so try the next.

        Raises:
            DeliveryFault: it has not, or it is not known.
        """
        if _now() < self._goes_on_at:
            raise self._in_pause()
        connection = await self._connection()
        was_used = connection.letters > 0
        try:
            await connection.deliver(letter, answer_seconds=answer_seconds)
        except Broken as broken:
            if broken.early and was_used:
                return False
            raise self._failed(broken.fault, connection.opened_at) from None
        except DeliveryFault as fault:
            self._keep(connection)
            if isinstance(fault, NoRelay):  # where it has taken others', this one is at fault
                fault = Refused(fault.reason) if self._has_sent else BotRefused()
            if isinstance(fault, NotNow | BotRefused):
                raise self._failed(fault, connection.opened_at) from None
            self._works()
            raise fault from None
        except BaseException:
            connection.abort()
            raise
        self._works()
        self._has_sent = True
        self._keep(connection)
        return True

    async def close(self) -> None:
        self._closed = True
        idle, self._idle = self._idle, {}
        for connection, timer in idle.items():
            timer.cancel()
            self._say_goodbye(connection)
        await asyncio.gather(*self._closing)

    async def _connection(self) -> "SmtpConnection":
        """One that is open, else a new one: one attempt at a time, and none during a pause.

        Raises:
            DeliveryFault: there is none to be had.
        """
        while self._idle:
            connection, timer = self._idle.popitem()
            timer.cancel()
            if connection.is_open:
                return connection
        async with self._one_at_a_time:
            if _now() < self._opens_at:
                raise self._in_pause()
            try:
                return await self._open_one()
            except DeliveryFault as fault:
                if isinstance(self._failed(fault, _now()), BotRefused):
                    raise
                raise self._in_pause() from None

    def _works(self) -> None:
        self._failures, self.worked_at = 0, _now()

    def _failed(self, fault: DeliveryFault, opened_at: float) -> DeliveryFault:
        """Begin a pause, longer each time; connections that fell together count once. What the
        server says itself (NotNow, BotRefused) holds for the connections that are open, too.

        Returns:
            The fault, with the seconds to wait.
        """
        now = _now()
        said_so = isinstance(fault, NotNow | BotRefused)
        if opened_at >= self._failed_at or (said_so and now >= self._goes_on_at):
            self._failed_at = now
            self._failures += 1
            if self._failures == 1:
                self._failing_since = now
            self._refused = isinstance(fault, BotRefused)
            self._opens_at = now + self._pause()
            if said_so:
                self._goes_on_at = self._opens_at
            kind = type(fault).__name__
            log.warning("mail server in trouble", lane=self._name, fault=kind)
        return NotNow(max(0.0, self._opens_at - now)) if isinstance(fault, NotNow) else fault

    def _pause(self) -> float:
        if self._refused:
            return LOGIN_PAUSE_SECONDS
        longest = LONGEST_PAUSE_SECONDS[self._name]
        return min(FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 16), longest)

    def _in_pause(self) -> DeliveryFault:
        """For a letter that has not been tried: nobody loses a try by a server that is away."""
        if self._refused:
            return BotRefused()
        return NotNow(max(self._opens_at, self._goes_on_at) - _now())

    def _keep(self, connection: "SmtpConnection") -> None:
        if not connection.is_open:
            return
        if self._closed:
            connection.abort()
            return
        if connection.letters >= LETTERS_PER_CONNECTION:
            self._say_goodbye(connection)
            return
        loop = asyncio.get_running_loop()
        self._idle[connection] = loop.call_later(
            IDLE_SECONDS[self._name], self._tired_of, connection
        )

    def _tired_of(self, connection: "SmtpConnection") -> None:
        if self._idle.pop(connection, None) is not None:
            self._say_goodbye(connection)

    def _say_goodbye(self, connection: "SmtpConnection") -> None:
        task = asyncio.create_task(connection.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _now() -> float:
    return asyncio.get_running_loop().time()
