"""Promises of every door to HTTP when many come at once: who keeps connections without using them
makes room for others, and what anybody makes the bot hold is bounded."""

import asyncio
import select
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels import http_connection
from channels.http_connection import MOST_CONNECTIONS, MOST_PER_ADDRESS, network_of, share_at
from channels.http_server import served
from tests.amount import cases

SMALL = b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
LARGEST = 8_000_000
"""More than the kernel buffers between two programs on one machine."""

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class Counted:
    """An application that counts what it is asked, and waits where told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self._large = b"x" * LARGEST

    async def small(self, request: Request) -> Response:
        self.asked += 1
        await self.goes_on.wait()
        return Response(b"small")

    async def large(self, request: Request) -> Response:
        self.asked += 1
        return Response(self._large)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/small", self.small), Route("/large", self.large)])


@asynccontextmanager
async def opened(per_address: int = 0) -> AsyncIterator[tuple[int, Counted]]:
    counted = Counted()
    async with served(counted.app(), host=HERE, port=0, per_address=per_address) as port:
        yield port, counted


async def arrives(stack: AsyncExitStack, port: int, of: str = HERE) -> tuple[Reader, Writer]:
    """A connection, from that address."""
    reader, writer = await asyncio.open_connection(HERE, port, local_addr=(of, 0), limit=1024)

    async def leave() -> None:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()

    stack.push_async_callback(leave)
    return reader, writer


async def is_answered(port: int, of: str = HERE, tries: int = 1) -> bool:
    for _ in range(tries):
        async with AsyncExitStack() as stack:
            reader, writer = await arrives(stack, port, of)
            writer.write(SMALL)
            with suppress(ConnectionResetError):
                if (await asyncio.wait_for(reader.readline(), 120)).startswith(b"HTTP/1.1 200"):
                    return True
    return False


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Run it on the loop that tests have, and on the one that the bot has."""

    def on_loop(main: object) -> None:
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(asyncio.wait_for(main, 300))  # type: ignore[arg-type]

    return on_loop


def test_those_who_only_connect_make_room_for_others(run: Callable[..., None]) -> None:
    async def main() -> None:
        async with opened() as (port, _), AsyncExitStack() as stack:
            for _ in range(MOST_CONNECTIONS):
                await arrives(stack, port)
            assert await is_answered(port, ELSEWHERE)
            assert await is_answered(port)

    run(main())


def test_those_who_stay_after_an_answer_make_room_for_others(run: Callable[..., None]) -> None:
    async def main() -> None:
        async with opened() as (port, _), AsyncExitStack() as stack:
            for _ in range(MOST_CONNECTIONS):
                reader, writer = await arrives(stack, port)
                writer.write(SMALL)
                await reader.readline()
            assert await is_answered(port, ELSEWHERE)

    run(main())


def test_those_who_do_not_read_make_room_for_others(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    most = cases(short=100, full=MOST_CONNECTIONS)
    monkeypatch.setattr(http_connection, "MOST_CONNECTIONS", most)

    async def main() -> None:
        async with opened() as (port, counted), AsyncExitStack() as stack:
            for _ in range(most):
                _, writer = await arrives(stack, port)
                writer.write(LARGE)
            while counted.asked < most:
                await asyncio.sleep(0.01)
            assert await is_answered(port, ELSEWHERE)

    run(main())


def test_those_who_are_being_answered_are_not_cut_off_for_others(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "MOST_CONNECTIONS", 5)

    async def main() -> None:
        async with opened() as (port, counted), AsyncExitStack() as stack:
            counted.goes_on.clear()
            busy = [await arrives(stack, port) for _ in range(5)]
            for _, writer in busy:
                writer.write(SMALL)
            while counted.asked < 5:
                await asyncio.sleep(0.01)
            reader, _ = await arrives(stack, port)
            with suppress(ConnectionResetError):
                assert await reader.read() == b"", "turned away"
            counted.goes_on.set()
            for reader, _ in busy:
                assert (await reader.readline()).startswith(b"HTTP/1.1 200")

    run(main())


def test_one_address_has_its_share_and_another_gets_in_at_once(run: Callable[..., None]) -> None:
    async def main() -> None:
        async with opened(per_address=20) as (port, counted), AsyncExitStack() as stack:
            counted.goes_on.clear()
            kept = [await arrives(stack, port) for _ in range(60)]
            for _, writer in kept:
                with suppress(RuntimeError):  # uvloop's of one that was turned away
                    writer.write(SMALL)
            while counted.asked < 20:
                await asyncio.sleep(0.01)
            reader, writer = await arrives(stack, port, ELSEWHERE)
            writer.write(SMALL)
            while counted.asked < 21:
                await asyncio.sleep(0.01)
            counted.goes_on.set()
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            assert counted.asked == 21

    run(main())


def test_of_requests_sent_without_waiting_for_answers_one_is_taken(
    run: Callable[..., None],
) -> None:
    async def main() -> None:
        async with opened() as (port, counted), AsyncExitStack() as stack:
            counted.goes_on.clear()
            reader, writer = await arrives(stack, port)
            writer.write(SMALL * 10_000)
            while not counted.asked:
                await asyncio.sleep(0.01)
            counted.goes_on.set()
            said = b""
            with suppress(ConnectionResetError):
                while part := await reader.read(65_536):
                    said += part
            assert said.count(b"HTTP/1.1 200") == 1
            assert counted.asked == 1

    run(main())


def test_requests_one_after_the_other_share_a_connection(run: Callable[..., None]) -> None:
    async def main() -> None:
        async with opened() as (port, counted), AsyncExitStack() as stack:
            reader, writer = await arrives(stack, port)
            for _ in range(300):
                writer.write(SMALL)
                assert (await reader.readuntil(b"small")).startswith(b"HTTP/1.1 200")
            writer.write(LARGE)
            await reader.readuntil(b"\r\n\r\n")
            assert len(await reader.readexactly(LARGEST)) == LARGEST
            writer.write(SMALL)
            assert (await reader.readuntil(b"small")).startswith(b"HTTP/1.1 200")
            assert counted.asked == 302

    run(main())


def test_an_answer_that_is_not_read_is_not_kept_for_ever(
    run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "WRITE_SECONDS", 0.2)

    async def main() -> None:
        async with opened() as (port, counted), AsyncExitStack() as stack:
            reader, writer = await arrives(stack, port)
            writer.write(LARGE)
            while not counted.asked:
                await asyncio.sleep(0.01)
            ended = select.poll()
            ended.register(writer.get_extra_info("socket").fileno(), 0)
            while not ended.poll(0):
                await asyncio.sleep(0.01)
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await reader.readexactly(LARGEST)

    run(main())


def test_trailers_without_end_are_not_kept(run: Callable[..., None]) -> None:
    async def main() -> None:
        async with opened() as (port, counted), AsyncExitStack() as stack:
            counted.goes_on.clear()
            seen: list[int] = []

            def keeps(self: http_connection.BoundedConnection, name: bytes, value: bytes) -> None:
                seen.append(len(name))

            kept = http_connection.HttpToolsProtocol.on_header
            http_connection.HttpToolsProtocol.on_header = keeps
            try:
                _, writer = await arrives(stack, port)
                head = b"GET /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                writer.write(head + b"1\r\nx\r\n0\r\n" + b"X-More: x\r\n" * 1000)
                while not counted.asked:
                    await asyncio.sleep(0.01)
            finally:
                http_connection.HttpToolsProtocol.on_header = kept
                counted.goes_on.set()
            assert len(seen) == 2

    run(main())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("no address", "no address", True),
    ],
)
def test_addresses_of_one_subscriber_share(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize(
    ("host", "behind_proxy", "share"),
    [
        ("127.0.0.1", False, 0),
        ("::1", False, 0),
        ("localhost", False, 0),
        ("0.0.0.0", False, MOST_PER_ADDRESS),  # noqa: S104 nothing listens
        ("::", False, MOST_PER_ADDRESS),
        ("192.0.2.7", False, MOST_PER_ADDRESS),
        ("petition.example.org", False, MOST_PER_ADDRESS),
        ("0.0.0.0", True, 0),  # noqa: S104 nothing listens
    ],
)
def test_addresses_are_counted_where_callers_have_their_own(
    host: str, behind_proxy: bool, share: int
) -> None:
    assert share_at(host, behind_proxy=behind_proxy) == share
