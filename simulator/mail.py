"""A mail server that keeps what comes for the phone with a browser; nothing leaves this machine."""

import asyncio
from collections import deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from simulator.people_api.bodies import number

MOST_KEPT = 50


class Mail:
    """Takes every email, whoever it is for."""

    def __init__(self) -> None:
        self._kept: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._count = 0

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Take mail at an address.

        Raises:
            OSError: it is taken.
        """
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True), host, port)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one email, as its reader sees it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        letter = message_from_bytes(content, _class=EmailMessage, policy=default)
        body = letter.get_body(("plain",))
        self._count += 1
        kept = {"number": self._count, "to": str(letter["To"]), "from": str(letter["From"])}
        text = body.get_content() if body is not None else ""
        self._kept.append({**kept, "subject": str(letter["Subject"]), "text": text})
        return "250 OK"

    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [web.get("/mail", self.read)]

    async def read(self, request: web.Request) -> web.Response:
        """?after=NUMBER: the emails that have come since that one, oldest first."""
        after = number(request.query.get("after") or 0, "after")
        return web.json_response([one for one in self._kept if one["number"] > after])
