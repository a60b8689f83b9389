"""Letters handed over a second: the transport beside a plain loop of aiosmtplib's over one
connection, in the same run.

Both hand the same letter to the same server in a process of its own, on the event loop that Clamour
runs on (uvloop). Rounds alternate, and the median of each counts.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import uvloop

from bench.comparison import row
from channels.email.letter import Button, Letter, write
from channels.email.mail_server import MailServer
from channels.email.transport import MailTransport
from messages import bot_texts

ROUNDS = 5
SECONDS = 1.0
PEER = "aiosmtplib, one connection"
SENDER, ADA = "petition@example.org", "ada@example.org"
AS_MANY_AS_IT_TAKES = 10**9
WORDS = (
    "<b>We’ve handed it in: 12,408 signatures</b>\n\nThis morning <b>twelve of you</b> stood "
    "outside the Department with four boxes. The minister’s office has to answer by "
    "14 December.\n\n"
)

Send = Callable[[], Awaitable[object]]


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.instant_mail_server", stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        return await asyncio.to_thread(_on_uvloop, port)
    finally:
        server.terminate()
        await server.wait()


def _on_uvloop(port: int) -> list[dict[str, Any]]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_rows(port))


async def _rows(port: int) -> list[dict[str, Any]]:
    letter = _letter()
    plain: list[float] = []
    ours: dict[str, list[float]] = {"one after the other": [], "in bulk": []}
    at_once = {"one after the other": 1, "in bulk": 16}
    for _ in range(ROUNDS):
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
            plain.append(await _rate(lambda client=client: client.send_message(letter), 1))  # type: ignore[misc]
        for name, rates in ours.items():
            server = MailServer(
                "127.0.0.1", port, SENDER, tls="none", per_minute=AS_MANY_AS_IT_TAKES
            )
            async with MailTransport(server) as transport:

                async def send(transport: MailTransport = transport) -> None:
                    await transport.send(ADA, letter)

                rates.append(await _rate(send, at_once[name]))
    return [
        row(
            f"emails, {name}",
            statistics.median(rates),
            statistics.median(plain),
            "1/s",
            peer=PEER,
            more_is_better=True,
        )
        for name, rates in ours.items()
    ]


async def _rate(send: Send, at_once: int) -> float:
    """Letters a second, once the connections are there."""
    await asyncio.gather(*(_until(send, 0) for _ in range(at_once)))
    began = time.perf_counter()
    sent = await asyncio.gather(*(_until(send, began + SECONDS) for _ in range(at_once)))
    return sum(sent) / (time.perf_counter() - began)


async def _until(send: Send, end: float) -> int:
    sent = 0
    while True:
        await send()
        sent += 1
        if time.perf_counter() >= end:
            return sent


def _letter() -> EmailMessage:
    page = "https://petition.example.org/s/r_1234567890"
    letter = Letter(
        subject="We’ve handed it in",
        html=WORDS * 3,
        petition="Keep London’s hospital open",
        office="Keep it Open",
        contact="hello@example.org",
        unsubscribe=page,
        unsubscribe_page=page,
        list_id="keep-it-open.example.org",
        buttons=[Button("Ask a friend", page)],
    )
    now, message_id = datetime.now(UTC), "<1.2.abc@example.org>"
    return write(letter, bot_texts(), sender=SENDER, to=ADA, message_id=message_id, now=now)
