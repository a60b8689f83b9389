"""One connection to the mail server, used for many letters."""

import asyncio
import socket
import ssl
from typing import Any, Literal

import aiosmtplib

from campaign.delivery.messenger import (
    BotRefused,
    DeliveryFault,
    FateUnknown,
    NotDelivered,
    Refused,
)
from channels.email.mail_server import Broken, MailServer, Prepared
from channels.email.reply_faults import CLOSING, Stage, fault_of

QUIT_SECONDS = 2.0
DRAINED_EVERY_SECONDS = 0.01
YES, GO_ON = 250, 354

Trouble = Literal["away", "busy", "certificate", "encryption", "login", "refused"]
"""Why a connection cannot be made, for whoever has named the server."""


class SmtpConnection:
    """A connection that is open, and logged in where that is asked for."""

    def __init__(self, client: aiosmtplib.SMTP, server: MailServer, opened_at: float) -> None:
        self._client = client
        self._server = server
        self.opened_at = opened_at
        self.letters = 0

    @classmethod
    async def open(
        cls, server: MailServer, tls: ssl.SSLContext | None, our_name: str
    ) -> "SmtpConnection":
        """Connect, encrypt, log in.

        Args:
            our_name: of this machine, as the server is told it.

        Raises:
            DeliveryFault: NotDelivered if it is not there, NotNow if it asks to wait, BotRefused if
                it does not take us: its certificate or our login is wrong.
        """
        try:
            return await cls._opened(server, tls, our_name)
        except (OSError, aiosmtplib.SMTPException) as failed:
            raise _not_open(failed) from None

    @classmethod
    async def trouble_with(
        cls, server: MailServer, *, tls: ssl.SSLContext | None = None
    ) -> Trouble | None:
        """Connect, encrypt, log in and leave: what is wrong; None if nothing is.

        Args:
            tls: in place of the system's certificates.
        """
        if tls is None and server.tls != "none":
            tls = await asyncio.to_thread(ssl.create_default_context)
        our_name = await asyncio.to_thread(socket.getfqdn)
        try:
            connection = await cls._opened(server, tls, our_name)
        except (OSError, aiosmtplib.SMTPException) as failed:
            return _trouble(failed)
        await connection.close()
        return None

    @classmethod
    async def _opened(
        cls, server: MailServer, tls: ssl.SSLContext | None, our_name: str
    ) -> "SmtpConnection":
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password if server.user else None,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=tls,
            local_hostname=our_name,
            timeout=None,
        )
        try:
            async with asyncio.timeout(server.seconds):
                await client.connect()
                if client.is_ehlo_or_helo_needed:
                    await client.ehlo()
        except UnicodeError:  # IDNA's, of a name that nothing can have
            raise OSError("no name of a server") from None
        except BaseException:
            client.close()
            raise
        return cls(client, server, asyncio.get_running_loop().time())

    @property
    def is_open(self) -> bool:
        return self._client.is_connected

    async def deliver(self, letter: Prepared, *, answer_seconds: float) -> None:
        """Hand one letter over.

        Args:
            answer_seconds: how long the server may think about a letter that it has got whole.

        Raises:
            DeliveryFault: it was not taken; the connection can be used for another.
            Broken: it was not taken, or may have been; the connection is closed.
        """
        self._fits(letter)
        self.letters += 1
        try:
            async with asyncio.timeout(self._server.seconds):
                await self._begin(letter)
        except (OSError, aiosmtplib.SMTPException):
            self.abort()
            raise Broken(NotDelivered()) from None
        await self._content(letter.content, answer_seconds)

    async def close(self) -> None:
        """Say goodbye, if the server listens."""
        try:
            async with asyncio.timeout(QUIT_SECONDS):
                await self._client.quit()
        except (OSError, aiosmtplib.SMTPException):
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        self._client.close()

    def _fits(self, letter: Prepared) -> None:
        limit = self._client.esmtp_extensions.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(letter.content):
            raise Refused("552 5.3.4, message too large")
        if letter.to.needs_utf8 and not self._client.supports_extension("smtputf8"):
            raise Refused("553 5.6.7, address needs SMTPUTF8")

    async def _begin(self, letter: Prepared) -> None:
        """All up to the server's word that the content may come."""
        options = ""
        if self._client.supports_extension("size"):
            options += f" SIZE={len(letter.content)}"
        if letter.to.needs_utf8:
            options += " SMTPUTF8"
        try:
            await self._command("sender", f"MAIL FROM:<{letter.return_path.text}>{options}")
        except aiosmtplib.SMTPServerDisconnected:
            raise Broken(NotDelivered(), early=True) from None
        await self._command("recipient", f"RCPT TO:<{letter.to.text}>")
        await self._command("content", "DATA", expected=GO_ON)

    async def _command(self, stage: Stage, line: str, expected: int = YES) -> None:
        reply = await self._client.execute_command(line.encode())
        if reply.code == expected or (_is_yes(reply.code) and expected == YES):
            return
        fault = fault_of(stage, reply.code, reply.message)
        if reply.code == CLOSING:
            self.abort()
            raise Broken(fault, early=stage == "sender")
        await self._reset()
        raise fault

    async def _reset(self) -> None:
        reply = await self._client.execute_command(b"RSET")
        if not _is_yes(reply.code):
            self.abort()

    async def _content(self, content: bytes, answer_seconds: float) -> None:
        """The letter, its final dot, and the answer to it. Before the dot nothing has been sent,
        as far as the server is concerned; after it only the answer tells."""
        protocol = self._client.protocol
        dot_sent = False
        try:
            if protocol is None:
                raise aiosmtplib.SMTPServerDisconnected("Connection lost")
            async with asyncio.timeout(self._server.seconds):
                protocol.write(content)
                await self._drained()
            protocol.write(b".\r\n")
            dot_sent = True
            async with asyncio.timeout(answer_seconds):
                reply = await protocol.read_response()
        except (OSError, aiosmtplib.SMTPException):
            self.abort()
            raise Broken(FateUnknown() if dot_sent else NotDelivered()) from None
        if _is_yes(reply.code):
            return
        if reply.code < 400:  # neither yes nor no
            self.abort()
            raise Broken(FateUnknown())
        fault = fault_of("content", reply.code, reply.message)
        if reply.code == CLOSING:
            self.abort()
            raise Broken(fault)
        raise fault

    async def _drained(self) -> None:
        """Wait until all has left this program."""
        while True:
            transport: Any = self._client.transport
            if transport is None:
                raise aiosmtplib.SMTPServerDisconnected("Connection lost")
            if not transport.get_write_buffer_size():
                return
            await asyncio.sleep(DRAINED_EVERY_SECONDS)


def _is_yes(code: int) -> bool:
    return 200 <= code < 300


def _not_open(failed: Exception) -> DeliveryFault:
    """What a connection that could not be made means. TimeoutError is an OSError, and so is what
    TLS finds fault with."""
    match failed:
        case aiosmtplib.SMTPResponseException():
            return fault_of("connect", failed.code, failed.message)
        case ssl.SSLError():
            return BotRefused()
        case aiosmtplib.SMTPConnectError() if isinstance(failed.__cause__, ssl.SSLError):
            return BotRefused()
        case aiosmtplib.SMTPServerDisconnected() | aiosmtplib.SMTPTimeoutError():
            return NotDelivered()
        case aiosmtplib.SMTPConnectError() | OSError():
            return NotDelivered()
    return BotRefused()  # it offers no STARTTLS, or no login


def _trouble(failed: Exception) -> Trouble:
    """The same for whoever has named the server."""
    cause = failed.__cause__ if isinstance(failed.__cause__, ssl.SSLError) else failed
    match cause:
        case ssl.SSLCertVerificationError():
            return "certificate"
        case ssl.SSLError():
            return "encryption"
        case aiosmtplib.SMTPAuthenticationError() if cause.code >= 500:
            return "login"
        case aiosmtplib.SMTPResponseException():
            if 400 <= cause.code < 500:
                return "busy"
            return "refused" if cause.code >= 500 else "away"  # what answers there is none
        case OSError():
            return "away"
    if isinstance(_not_open(failed), NotDelivered):
        return "away"
    return "encryption"  # it offers no STARTTLS, or no login without it
