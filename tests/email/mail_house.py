"""A real mail server (aiosmtpd) with the moods that mail servers have."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from channels.email.mail_server import MailServer

YES = "250 OK"


class MailHouse:
    """What has come, and how the server is today.

    Attributes:
        letters: what has been taken, with the address it is to; raw: the same as it came.
        connections: how many have been made.
        of_sender, of_recipient, of_content: its answer, by address.
        closes: "" or where it hangs up: "in the middle", "after the dot", "at once".
        greets_after, thinks_for: seconds.
        most_a_session: it says goodbye to who brings more.
    """

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.connections = self.attempts = self.most_open = 0
        self.of_sender: Callable[[str], str] = lambda address: YES
        self.of_recipient: Callable[[str], str] = lambda address: YES
        self.of_content: Callable[[str], str] = lambda address: YES
        self.closes = ""
        self.greets_after = self.thinks_for = 0.0
        self.most_a_session = 10**9
        self.port = 0
        self.given: dict[str, Any] = {}
        self.open: set[_Door] = set()
        self._server: asyncio.Server | None = None

    @classmethod
    @asynccontextmanager
    async def stands(cls, **given: Any) -> "AsyncIterator[MailHouse]":
        """
        Args:
            given: to aiosmtpd.
        """
        house = cls()
        house.given = given
        await house.comes_back()
        try:
            yield house
        finally:
            await house.goes_away()

    def named(self, **more: Any) -> MailServer:
        """The settings that name it."""
        named = {"tls": "none", "seconds": 2.0, "per_minute": 60_000, **more}
        return MailServer("localhost", self.port, "petition@example.org", **named)

    async def goes_away(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for door in list(self.open):
            door.slam()

    async def comes_back(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Door(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def addresses(self) -> list[str]:
        return [address for address, _ in self.letters]


class _Door(SMTP):
    """One connection."""

    def __init__(self, house: MailHouse) -> None:
        super().__init__(_Clerk(house), enable_SMTPUTF8=True, **house.given)
        self._house = house

    def connection_made(self, transport: Any) -> None:
        upgraded = self in self._house.open
        super().connection_made(transport)
        self._house.connections += not upgraded
        self._house.open.add(self)
        self._house.most_open = max(self._house.most_open, len(self._house.open))

    def connection_lost(self, error: Exception | None) -> None:
        self._house.open.discard(self)
        super().connection_lost(error)

    def slam(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    async def _handle_client(self) -> None:
        if self._house.closes == "at once":
            self.slam()
            return
        await asyncio.sleep(self._house.greets_after)
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if self._house.closes == "in the middle":
            await self.push("354 go on")
            await self._reader.read(1_000)
            self.slam()
            return
        await super().smtp_DATA(arg)


class _Clerk:
    """What aiosmtpd asks."""

    def __init__(self, house: MailHouse) -> None:
        self._house = house
        self._taken = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, door: _Door, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._house.attempts += 1
        if self._taken >= self._house.most_a_session:
            await door.push("421 4.7.0 too many letters in this session")
            door.slam()
            return YES
        envelope.mail_from = address
        return self._house.of_sender(address)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, door: _Door, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._house.of_recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, door: _Door, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self._house.thinks_for)
        if self._house.closes == "after the dot":
            door.slam()
            return YES
        answer = self._house.of_content(envelope.rcpt_tos[0])
        if answer.startswith("2"):
            content: Any = envelope.content
            letter = BytesParser(EmailMessage, policy=default).parsebytes(content)
            self._house.letters.append((envelope.rcpt_tos[0], letter))
            self._house.raw.append(envelope.original_content or b"")
            self._taken += 1
        return answer


def only(name: str, password: str) -> Callable[..., AuthResult]:
    """Who may log in."""

    def asked(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = (given.login, given.password) == (name.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return asked


def certificate(folder: Any, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this name that nobody has signed: the server's context with it, and that
    of a client who trusts it."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
