"""A letter with everything, for tests to change."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from channels.email.letter import Button, Letter, Picture, write
from channels.email.transport import WIRE
from messages import bot_texts

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
MESSAGE_ID = "<12.345.abcdef@example.org>"
PAGE = "https://petition.example.org/u/AbC-123"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f00050001ff56c72f0d0000000049454e44ae426082"
)
LETTER = Letter(
    subject="We’ve handed it in: 12,408 signatures",
    html="<b>Twelve of you</b> stood outside.\n\n"
    'Read <a href="https://petition.example.org/l?a=1&amp;b=2">the letter</a>.',
    petition="Keep the Whipps Cross unit open",
    office="Keep the Unit Campaign",
    contact="hello@example.org\n12 High Street, London",
    unsubscribe=PAGE,
    unsubscribe_page="https://petition.example.org/u/AbC-123/page",
    list_id="keep-the-unit.petition.example.org",
    pictures=(Picture(PIXEL, "image/png", "Four boxes"),),
    buttons=(Button("Ask a friend", "https://petition.example.org/s/r_1"),),
    reply_to="office@example.org",
)


def written(**changes: Any) -> bytes:
    """The letter with these changes, as it goes over the wire."""
    to = changes.pop("to", "ada@example.org")
    letter = replace(LETTER, **changes)
    given = {"sender": "petition@example.org", "message_id": MESSAGE_ID, "now": NOW}
    return write(letter, bot_texts(), to=to, **given).as_bytes(policy=WIRE)


def read(wire: bytes) -> EmailMessage:
    """As a mail program reads it."""
    message = message_from_bytes(wire, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
