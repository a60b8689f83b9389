"""Signing in a browser: Clamour's chat beside a plain Django form, each confirmed by a code.

Both serve the same crowd in the same run, one after the other: people who open the page, answer,
type the code that the same mail server has got for them, and go. Clamour runs as one process,
Django as two workers of gunicorn; both keep every signature durably in SQLite.
"""

import asyncio
import os
import re
import secrets
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.bot_process import HERE, start_bot, write_config
from bench.comparison import row

PEOPLE, AT_ONCE = 400, 40
CALM_PEOPLE, A_SECOND = 500, 50
PEER = "plain Django form, gunicorn with 2 workers"
PEERS_PYTHON = HERE / ".venv-peers" / "bin" / "python"
FRAGMENT = {"Accept": "text/vnd.clamour+html"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SIGN = re.compile(r'name="data" value="([^"]*:sign:[^"]*)"')
"""The button on the last screen."""

READY_SECONDS = 60.0


class CodeBox:
    """A mail server that hands each code to whom it is for."""

    def __init__(self) -> None:
        self._codes: dict[str, asyncio.Future[str]] = {}
        self.port = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        found = re.search(rb"\b(\d{6})\b", content)
        if found:
            self._waiting(envelope.rcpt_tos[0]).set_result(found[1].decode())
        return "250 OK"

    async def code(self, address: str) -> str:
        """The code for an address, once it has come."""
        return await self._waiting(address)

    def _waiting(self, address: str) -> asyncio.Future[str]:
        return self._codes.setdefault(address, asyncio.get_running_loop().create_future())

    @asynccontextmanager
    async def listening(self) -> "AsyncIterator[CodeBox]":
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
    box: CodeBox
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


async def signs_with_clamour(visit: Visit) -> None:
    """Open the shared page, answer three questions, sign, type the code."""
    shared = await visit.opens("/s/keep-the-unit")
    begin = dict(HIDDEN.findall(shared))
    page = await visit.sends("/chat/begin", **begin)
    for words in (visit.name, visit.postcode, visit.email):
        page = await visit.says(page, text=words)
    button = SIGN.search(page)
    assert button is not None, page
    page = await visit.says(page, data=unescape(button[1]))
    await visit.says(page, text=await visit.box.code(visit.email))


async def signs_with_django(visit: Visit) -> None:
    """Open the form, fill it in, type the code."""
    page = await visit.opens("/")
    given = {"name": visit.name, "postcode": visit.postcode, "email": visit.email}
    page = await visit.sends("/", **dict(HIDDEN.findall(page)), **given)
    code = await visit.box.code(visit.email)
    await visit.sends("/code", **dict(HIDDEN.findall(page)), code=code)


Signs = Callable[[Visit], Awaitable[None]]


async def _crowd(address: str, box: CodeBox, signs: Signs, first: int) -> tuple[float, list[float]]:
    """Everybody, AT_ONCE at a time; gives the seconds it took, and all waits."""
    places, waits = asyncio.Semaphore(AT_ONCE), list[float]()

    async def one(number: int) -> None:
        async with places:
            waits.extend(await _visit(address, box, signs, number))

    began = time.perf_counter()
    await asyncio.gather(*(one(first + number) for number in range(PEOPLE)))
    return time.perf_counter() - began, waits


async def _calm(address: str, box: CodeBox, signs: Signs, first: int) -> list[float]:
    """People who come one after the other; gives how long each waited for the first page."""
    came: list[asyncio.Task[list[float]]] = []
    for number in range(CALM_PEOPLE):
        came.append(asyncio.create_task(_visit(address, box, signs, first + number)))
        await asyncio.sleep(1 / A_SECOND)
    return [waits[0] for waits in await asyncio.gather(*came)]


async def _visit(address: str, box: CodeBox, signs: Signs, number: int) -> list[float]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        visit = Visit(session, address, box, number)
        await signs(visit)
        return visit.waits


@asynccontextmanager
async def _clamour(box: CodeBox) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        telegram = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "simulator", "--port", "0"), stdout=asyncio.subprocess.PIPE
        )
        assert telegram.stdout is not None
        line = (await telegram.stdout.readline()).decode()
        port = _free_port()
        sections = (
            f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
            f'[email]\nhost = "127.0.0.1"\nport = {box.port}\ntls = "none"\n'
            "[limits]\nupdates = 0\nall_updates = 0\nsignings = 0\nall_signings = 0\n"
            "site_people = 0\n"
        )
        config = write_config(Path(folder), line.split()[-1], sections)
        bot = await start_bot(config)
        try:
            await _answers(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in (bot, telegram):
                process.send_signal(signal.SIGTERM)
                await process.wait()


@asynccontextmanager
async def _django(box: CodeBox) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = {**os.environ, "PEER_FOLDER": folder, "PEER_MAIL_PORT": str(box.port)}
        form = HERE / "bench" / "peers" / "django_form.py"
        table = await asyncio.create_subprocess_exec(PEERS_PYTHON, form, env=environment)
        assert await table.wait() == 0
        server = await asyncio.create_subprocess_exec(
            *(PEERS_PYTHON, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}"),
            *("--log-level", "warning", "django_form:application"),
            cwd=form.parent,
            env=environment,
        )
        try:
            await _answers(f"http://127.0.0.1:{port}/thanks")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            await server.wait()


async def _answers(address: str) -> None:
    async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(address) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


async def _measured(serves: Any, signs: Signs) -> dict[str, float]:
    async with CodeBox().listening() as box, serves(box) as address:
        first = secrets.randbelow(10**6) * 10**4
        seconds, waits = await _crowd(address, box, signs, first)
        calm = await _calm(address, box, signs, first + PEOPLE)
    return {
        "rate": PEOPLE / seconds,
        "p99_ms": _p99(waits) * 1000,
        "calm_p99_ms": _p99(calm) * 1000,
    }


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    ours = await _measured(_clamour, signs_with_clamour)
    theirs = await _measured(_django, signs_with_django)
    crowd, calm = f"{AT_ONCE} at once", f"{A_SECOND} people a second"
    return [
        row(
            f"browser, {what}",
            ours[key],
            theirs[key],
            unit,
            peer=PEER,
            more_is_better=unit == "1/s",
        )
        for what, key, unit in (
            (f"{crowd}: signatures", "rate", "1/s"),
            (f"{crowd}: answer time, 99 of 100", "p99_ms", "ms"),
            (f"{calm}: first page, 99 of 100", "calm_p99_ms", "ms"),
        )
    ]
