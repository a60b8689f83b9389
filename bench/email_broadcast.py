"""A broadcast by email: Clamour, with every outcome durable, beside a plain loop of aiosmtplib's
that keeps nothing.

The loop does what a script does: for each person a message with the words in both forms, filled in,
and the headers to unsubscribe, over one connection. Both hand over to the same server in a process
of its own, on the same event loop, rounds in turn; the median of each counts.
"""

import asyncio
import sqlite3
import statistics
import tempfile
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from time import perf_counter
from typing import Any

import aiosmtplib
import uvloop

from bench.broadcast import sent, server
from bench.comparison import row
from bench.emails import AS_MANY_AS_IT_TAKES, PEER, SENDER, WORDS
from bench.listeners import prepared
from bot.dispatcher import sender
from campaign.broadcasts import states
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import Catalogue
from campaign.delivery.sender import Sender
from channels.email.broadcast_letters import LetterComposer, MailMessenger
from channels.email.smtp_connection import MailServer
from channels.email.transport import MailTransport
from handlers.services import Services
from messages import Renderer
from storage import broadcasts
from storage.addresses import EMAIL
from storage.database import Database

PEOPLE, ROUNDS = 1_000, 5
SITE = "https://petition.example.org"
TEXT = f"Hello {{{{ first_name }}}},\n\n{WORDS * 3}"


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    async with server("bench.instant_mail_server") as line:
        return await asyncio.to_thread(_on_uvloop, int(line))


def _on_uvloop(port: int) -> list[dict[str, Any]]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_rows(port))


async def _rows(port: int) -> list[dict[str, Any]]:
    ours, plain = [], []
    for _ in range(ROUNDS):
        plain.append(await _loop(port))
        ours.append(await _clamour(port))
    return [
        row(
            "emails, a whole broadcast",
            statistics.median(ours),
            statistics.median(plain),
            "1/s",
            peer=PEER,
            more_is_better=True,
        )
    ]


async def _clamour(port: int) -> float:
    """Letters a second, from the start to the last outcome on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clamour.db"
        database, broadcast_id = await prepared(file, PEOPLE)
        hear_by_email(file)
        async with database.transaction() as db:
            draft = await broadcasts.of(db, broadcast_id)
            assert draft is not None
            words = Content({"en": Version(TEXT)}).to_dict()
            await states.change(db, draft, now=datetime.now(UTC), content=words)
        mail = MailServer("127.0.0.1", port, SENDER, tls="none", per_minute=AS_MANY_AS_IT_TAKES)
        async with MailTransport(mail) as transport:
            sender = _sender(database, transport)
            took, _ = await sent(sender, database, broadcast_id, PEOPLE)
        await database.close()
    return PEOPLE / took


def hear_by_email(file: Path) -> None:
    """Let all who hear in a chat hear by email, and there alone."""
    with sqlite3.connect(file) as raw:
        raw.execute(
            "INSERT INTO addresses (supporter_id, channel, value, verified_at, reachable,"
            " created_at) SELECT id, 'email', 'ada' || id || '@example.org', created_at, 1,"
            " created_at FROM supporters"
        )
        raw.execute("INSERT INTO email_subscriptions SELECT * FROM subscriptions")
        raw.execute("DELETE FROM subscriptions")
        raw.execute("UPDATE supporters SET reachable = 0")
    raw.close()


def _sender(database: Database, transport: MailTransport) -> Sender:
    """The bot's own, put together as the bot does it; in chats there is nobody."""
    services = Services(
        database,
        Renderer(),
        Catalogue(database),
        bot_username="bench_bot",
        public_url=SITE,
        letters_key=b"k" * 32,
    )
    letters = LetterComposer(services, sender=SENDER, fetch=_no_pictures)
    mail = MailMessenger(transport)
    return sender(
        database, mail, letters, clock=lambda: datetime.now(UTC), others={EMAIL: (mail, letters)}
    )


async def _no_pictures(_: str) -> bytes:
    raise LookupError


async def _loop(port: int) -> float:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        began = perf_counter()
        for number in range(1, PEOPLE + 1):
            await client.send_message(_plain_letter(f"ada{number}@example.org", f"Ada {number}"))
        return PEOPLE / (perf_counter() - began)


def _plain_letter(to: str, first_name: str) -> EmailMessage:
    page = f"{SITE}/stop/{to}"
    html = TEXT.replace("{{ first_name }}", first_name)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = SENDER, to, "We’ve handed it in"
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = make_msgid(domain="example.org")
    letter["List-Unsubscribe"] = f"<{page}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(f"{html.replace('<b>', '').replace('</b>', '')}\n\n{page}")
    letter.add_alternative(f'<html><body>{html}<a href="{page}">Stop</a></body></html>', "html")
    return letter


if __name__ == "__main__":
    for one in asyncio.run(measure()):
        print(one)
