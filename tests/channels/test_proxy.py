"""A promise for offices whose network lets nothing out but a proxy: the bot goes through it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError

from channels.telegram.http_client import AiohttpRequest, NotSent
from channels.telegram.proxy import BadProxy, checked, proxy_for, shown
from tests.bot.servers import TOKEN, answering, done, misbehaving
from tests.conversations import test_signing
from tests.e2e.killable import free_port
from tests.e2e.people import Person
from tests.e2e.running_bot import RunningBot, simulator_within

ME = {"id": 123456789, "is_bot": True, "first_name": "Unit", "username": "unit_bot"}
LOGIN = "ann:s%40cret"
KINDS = ("http", "socks5", "socks5h")


@pytest.fixture(autouse=True)
def no_proxy_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Proxy:
    """A real one for HTTP and SOCKS5, with a password."""

    def __init__(self, port: int, program: asyncio.subprocess.Process) -> None:
        self.port, self._program = port, program

    def address(self, kind: str, login: str = LOGIN) -> str:
        return f"{kind}://{login}@127.0.0.1:{self.port}"

    async def is_used(self) -> None:
        """Wait until one more connection has gone through it."""
        assert self._program.stdout is not None
        async with asyncio.timeout(60):
            assert await self._program.stdout.readline()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> "AsyncIterator[Proxy]":
        port = free_port()
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.channels.proxy_program", str(port)),
            stdout=asyncio.subprocess.PIPE,
        )
        proxy = cls(port, program)
        try:
            await proxy.is_used()  # its first line says that it listens
            yield proxy
        finally:
            program.terminate()
            await program.communicate()


async def who(address: str, proxy: str) -> str:
    async with Bot(TOKEN, base_url=f"{address}/bot", request=AiohttpRequest(proxy)) as bot:
        return (await bot.get_me()).username or ""


async def answer(_: web.Request) -> web.Response:
    return done(ME)


async def test_telegram_is_reached_through_each_kind_of_proxy() -> None:
    async with answering(answer) as address, Proxy.open() as proxy:
        for kind in KINDS:
            assert await who(address, checked(proxy.address(kind))) == "unit_bot", kind
            await proxy.is_used()


async def test_what_a_proxy_does_not_let_through_was_surely_not_sent() -> None:
    async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async def talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"\x05\xff\xfe HTTP/9 x\r\n\r\n")
        await writer.drain()

    async def say_no(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with (
        answering(answer) as address,
        Proxy.open() as proxy,
        misbehaving(hang_up) as broken,
        misbehaving(talk_nonsense) as odd,
        misbehaving(say_no) as closed,
    ):
        for kind in ("http", "socks5"):
            for through in (
                proxy.address(kind, "ann:wrong"),
                f"{kind}://127.0.0.1:{free_port()}",
                *(broken.replace("http", kind), odd.replace("http", kind), closed),
            ):
                with pytest.raises(NetworkError) as told:
                    await who(address, checked(through))
                assert isinstance(told.value, NotSent), through
                assert "wrong" not in str(told.value)
    with pytest.raises(NotSent):
        await who("http://127.0.0.1:9", "")


async def test_a_person_signs_with_a_bot_behind_a_proxy(tmp_path: Path) -> None:
    async with simulator_within() as address, Proxy.open() as proxy:
        through = {"proxy": proxy.address("socks5")}
        async with (
            RunningBot.open(address, tmp_path, telegram=through) as bot,
            aiohttp.ClientSession() as session,
        ):
            ada = await Person.arrive(session, address, "Ada", last_name="Lovelace")
            await test_signing.test_five_acts_from_start_to_signed(bot, ada)
        await proxy.is_used()
        await proxy.is_used()


@pytest.mark.parametrize("kind", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_usual_variables_name_the_proxy(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv(kind, "proxy.example:3128")

    assert proxy_for("https://api.telegram.org") == "http://proxy.example:3128"
    assert proxy_for("https://api.telegram.org", "socks5://x.example") == "socks5://x.example:1080"
    assert proxy_for("https://api.telegram.org", "none") == ""
    assert proxy_for("http://127.0.0.1:8081") == ""
    assert proxy_for("http://localhost:8081") == ""
    monkeypatch.setenv("NO_PROXY", "example.org,.telegram.org")
    assert proxy_for("https://api.telegram.org") == ""


@pytest.mark.parametrize(
    "address",
    [
        *("proxy.example:3128", "https://proxy.example", "socks4://x.example", "ftp://x.example"),
        *("http://", "http://:3128", "http://x.example:port", "http://x.example:99999", "http://["),
        *("http://x.example/path", "socks5://ann:s@", "vmess://x.example:1"),
    ],
)
def test_what_is_no_proxy_is_refused_and_not_told(address: str) -> None:
    with pytest.raises(BadProxy) as told:
        checked(address)
    assert str(told.value) == ""


def test_a_proxy_is_shown_without_its_password() -> None:
    assert shown("socks5://ann:s%40cret@proxy.example:1080") == "socks5://proxy.example:1080"
    assert shown("http://proxy.example:80") == "http://proxy.example:80"
