"""A real mail server, that can be away, slow, or refuse somebody."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

NOBODY = "nobody@example.org"


class Mailbox:
    """What has come, and what the server does about it.

    Attributes:
        seconds: how long it takes for an email.
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.seconds = 0.0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._came = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> "AsyncIterator[Mailbox]":
        mailbox = cls()
        await mailbox.comes_back()
        try:
            yield mailbox
        finally:
            await mailbox.goes_away()

    async def goes_away(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def comes_back(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == NOBODY:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.seconds)
        content: Any = envelope.content
        self.letters.append(BytesParser(EmailMessage, policy=default).parsebytes(content))
        self._came.set()
        return "250 OK"

    def newest_code(self, address: str) -> str | None:
        """The code in the last letter to an address; None before there is one."""
        for letter in reversed(self.letters):
            if letter["To"] == address and (found := re.search(r"\d{6}", str(letter["Subject"]))):
                return found[0]
        return None

    async def letter(self, number: int) -> EmailMessage:
        """The letter of that number, from 1, once it has come."""
        async with asyncio.timeout(120):
            while len(self.letters) < number:
                self._came.clear()
                await self._came.wait()
        return self.letters[number - 1]

    async def code(self, number: int = 1) -> str:
        """The code in the letter of that number, from 1, once it has come."""
        letter = await self.letter(number)
        found = re.search(r"\d{6}", str(letter["Subject"]))
        assert found, letter
        assert found[0] in letter.get_content()
        return found[0]
