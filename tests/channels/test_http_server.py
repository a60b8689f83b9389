"""Promises of every door to HTTP, the webhook's, the public one and the operators': it says nothing
of what it is made of, and nobody keeps it by being slow, long or many."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.app_state import AppState
from bot.config import load
from bot.health import internal_app
from bot.web.pages import public_app
from campaign.catalogue import Catalogue
from channels import http_connection
from channels.http_server import served
from channels.telegram import webhook
from channels.telegram.webhook import SECRET_HEADER, webhook_app
from handlers.services import Services
from messages import bot_texts
from storage.database import Database
from tests import migrated
from tests.bot.commandline import write_config
from tests.bot.webhook_line import SECRET, Kept

DOORS = ("webhook", "public", "internal")
ODD_REQUESTS = (
    *(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /no HTTP/1.1\r\nHost: x\r\n\r\n"),
    *(
        b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n",
    ),
    b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /telegram HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
)
MADE_OF = (b"uvicorn", b"starlette", b"python", b"server:", b"x-powered-by", b"traceback")

Call = Callable[[bytes], Awaitable[bytes]]


@asynccontextmanager
async def opened(door: str, empty: Path, folder: Path) -> AsyncIterator[int]:
    """The port of such a door, before a copy of that database."""
    if door == "webhook":
        app: Any = webhook_app(Kept().handle, secret=SECRET, path="/telegram")
        async with served(app, host="127.0.0.1", port=0) as port:
            yield port
        return
    database = await Database.open(f"sqlite+aiosqlite:///{shutil.copy(empty, folder)}")
    services = Services(database, bot_texts(), Catalogue(database), bot_username="clamour_bot")
    if door == "public":
        app = public_app(services, public_url="https://petition.example.org")
    else:
        app = internal_app(AppState(services))
    try:
        async with served(app, host="127.0.0.1", port=0) as port:
            yield port
    finally:
        await database.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with nothing in it, made once."""
    file = tmp_path_factory.mktemp("door") / "clamour.db"
    asyncio.run(migrated.copied_to(file))
    return file


@pytest.fixture(params=DOORS)
async def port(request: pytest.FixtureRequest, empty: Path, tmp_path: Path) -> AsyncIterator[int]:
    async with opened(request.param, empty, tmp_path) as port:
        yield port


class Caller:
    """A connection in the hands of somebody who keeps no rules."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def at(cls, port: int) -> AsyncIterator["Caller"]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def hears(self, within: float) -> tuple[bytes, bool]:
        """All that comes, and whether the other side has closed."""
        said = b""
        try:
            async with asyncio.timeout(within):
                while part := await self.reader.read(65_536):
                    said += part
        except ConnectionResetError:
            return said, True
        except TimeoutError:
            return said, False
        return said, True

    async def is_cut_off(self) -> bool:
        return (await self.hears(10))[1]


async def answered(port: int, request: bytes) -> bytes:
    """What comes back to a request."""
    async with Caller.at(port) as caller:
        caller.writer.write(request)
        first = await asyncio.wait_for(caller.reader.read(65_536), 120)
        return first + (await caller.hears(0.05))[0]


async def test_no_answer_says_what_it_is_made_of(port: int) -> None:
    for request in ODD_REQUESTS:
        said = (await answered(port, request)).lower()
        assert said.startswith(b"http/1.1 "), request
        assert [word for word in MADE_OF if word in said] == [], request
        assert b" 500 " not in said


async def test_a_head_that_comes_letter_by_letter_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.2)
    async with Caller.at(port) as silent, Caller.at(port) as slow:

        async def trickle() -> None:
            for letter in b"GET / HTTP/1.1\r\nX-Slow: " + b"x" * 2000:
                slow.writer.write(bytes([letter]))
                await asyncio.sleep(0.02)

        trickling = asyncio.create_task(trickle())
        assert await slow.is_cut_off()
        assert await silent.is_cut_off()
        trickling.cancel()
    assert (await answered(port, ODD_REQUESTS[0])).startswith(b"HTTP/1.1 ")


async def test_a_slow_second_request_on_the_same_connection_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "HEAD_SECONDS", 0.3)
    async with Caller.at(port) as caller:
        caller.writer.write(ODD_REQUESTS[0])
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 ")
        caller.writer.write(b"GET / HTTP")
        assert await caller.is_cut_off()


@pytest.mark.parametrize("there", [0, 1, 40_000], ids=["none", "a byte", "most"])
async def test_who_is_answered_before_their_body_was_read_is_told_to_open_another_connection(
    port: int, there: int
) -> None:
    """Else what is left of the body would count as the next request's head, and the connection end
    without a word under whoever uses it next: a proxy gives it to somebody else."""
    async with Caller.at(port) as caller:
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: {there + 1}\r\n\r\n"
        caller.writer.write(head.encode() + b"x" * there)
        said, closed = await caller.hears(10)
    assert b"connection: close" in said.lower()
    assert closed


async def test_a_connection_whose_requests_were_read_whole_is_kept(port: int) -> None:
    async with Caller.at(port) as caller:
        for _ in range(2):
            caller.writer.write(b"GET /no HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await caller.reader.readline()).startswith(b"HTTP/1.1 404")
            said, closed = await caller.hears(0.2)
            assert b"connection: close" not in said.lower()
            assert not closed


async def test_a_head_without_end_is_cut_off(port: int) -> None:
    async with Caller.at(port) as caller:
        caller.writer.write(b"GET / HTTP/1.1\r\n")
        for _ in range(http_connection.MOST_HEAD // 1000 + 50):
            caller.writer.write(b"X-Long: " + b"x" * 1000 + b"\r\n")
        assert await caller.is_cut_off()


async def test_the_secret_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def noting(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return secrets.compare_digest(one, other)

    class Secrets:
        compare_digest = staticmethod(noting)

    monkeypatch.setattr(webhook, "secrets", Secrets)
    async with served(
        webhook_app(Kept().handle, secret=SECRET, path="/telegram"), host="127.0.0.1", port=0
    ) as port:
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: guess\r\n\r\n"
        assert b" 403 " in await answered(port, head.encode())
    assert compared == [(b"guess", SECRET.encode())]


def test_what_operators_watch_is_served_to_nobody_unless_asked_for(tmp_path: Path) -> None:
    web = load(write_config(tmp_path)).web

    assert (web.internal_port, web.internal_listen) == (0, "127.0.0.1")
    assert (web.port, web.listen) == (0, "127.0.0.1")
