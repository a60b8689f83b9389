"""People with a browser of their own, and the mail server that gets their codes."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import aiohttp
from aiosmtpd.smtp import SMTP, Envelope, Session

FRAGMENT = {"Accept": "text/vnd.clamour+html"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
READY_SECONDS = 60.0


class Mailbox:
    """A mail server that hands each letter to whom it is for."""

    def __init__(self) -> None:
        self._letters: dict[str, asyncio.Future[str]] = {}
        self.port = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
        if body is not None:
            self._waiting(envelope.rcpt_tos[0]).set_result(body.get_content())
        return "250 OK"

    async def letter(self, address: str) -> str:
        """What was written to an address, once it has come."""
        return await self._waiting(address)

    async def code(self, address: str) -> str:
        """The code for an address, once it has come."""
        found = re.search(r"\b\d{6}\b", await self.letter(address))
        assert found is not None
        return found[0]

    def _waiting(self, address: str) -> asyncio.Future[str]:
        return self._letters.setdefault(address, asyncio.get_running_loop().create_future())

    @asynccontextmanager
    async def listening(self) -> "AsyncIterator[Mailbox]":
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        yield self
        server.close()


@dataclass
class Visit:
    """One person with a browser of their own.

    Attributes:
        waits: how long each answer took, in seconds; not the wait for the email.
    """

    session: aiohttp.ClientSession
    address: str
    box: Mailbox
    number: int
    waits: list[float] = field(default_factory=list)

    @property
    def email(self) -> str:
        return f"ada{self.number}@example.org"

    @property
    def postcode(self) -> str:
        return f"SW1A {self.number % 9 + 1}AA"

    @property
    def name(self) -> str:
        letters = "".join(chr(97 + int(digit)) for digit in str(self.number))
        return f"Ada {letters.title()}"

    async def opens(self, path: str) -> str:
        return await self._asks("GET", path)

    async def sends(self, path: str, **given: str) -> str:
        return await self._asks("POST", path, data=given)

    async def says(self, page: str, **given: str) -> str:
        """What the page's script does: the answer is a piece of the page."""
        known = {name: unescape(value) for name, value in HIDDEN.findall(page)}
        return await self._asks("POST", "/chat", data={**known, **given}, headers=FRAGMENT)

    async def _asks(self, method: str, path: str, **more: Any) -> str:
        began = time.perf_counter()
        async with self.session.request(method, self.address + path, **more) as answer:
            text = await answer.text()
            answer.raise_for_status()
        self.waits.append(time.perf_counter() - began)
        return text


async def answers(address: str) -> None:
    """Wait until a server answers there."""
    async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(address) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
