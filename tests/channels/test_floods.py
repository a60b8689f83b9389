"""Promises of the public pages to everybody else while one network floods them: what it asks costs
next to nothing, nothing of an address is kept, and what is remembered is bounded."""

import asyncio
import pickle
import sys

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.web.flood_gate import FloodGate
from channels.floods import MOST_REMEMBERED, SECONDS, Floods, network
from channels.http_connection import MOST_HELD
from channels.http_server import served

MOST = 3
GET = b"GET / HTTP/1.1\r\nHost: x\r\n%s\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\ntext=rubbish"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Pages:
    """What must not be reached by a flood."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await Request(scope, receive).body()
        await Response(b"page")(scope, receive, send)


async def asks(port: int, request: bytes, of: str) -> bytes:
    """The answer's first line, from that address; empty if the connection is only closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(of, 0))
    try:
        writer.write(request)
        return await reader.readline()
    except ConnectionResetError:
        return b""
    finally:
        writer.transport.abort()


def test_a_flood_is_refused_for_as_long_as_it_goes_on_and_forgotten_soon_after() -> None:
    clock = Clock()
    many = Floods(clock, MOST)
    ours, theirs = many.name("192.0.2.1"), many.name("198.51.100.1")
    assert ours == many.name("192.0.2.254")
    assert [many.ask(ours) for _ in range(MOST + 2)] == [True] * MOST + [False] * 2
    assert many.ask(theirs)
    for _ in range(5):
        clock.now += SECONDS
        assert many.floods(ours)
        assert not any(many.ask(ours) for _ in range(MOST + 1))
    clock.now += 2 * SECONDS
    assert not many.floods(ours)
    assert many.ask(ours)


def test_who_asks_as_often_as_is_allowed_is_never_refused() -> None:
    clock = Clock()
    many = Floods(clock, MOST)
    for _ in range(100):
        assert many.ask(many.name("192.0.2.1"))
        clock.now += SECONDS / (MOST - 1)


def test_requests_from_ever_new_networks_take_no_more_memory() -> None:
    many = Floods(Clock(), MOST)
    for number in range(MOST_REMEMBERED * 2):
        many.ask(many.name(f"10.{number >> 8}.{number & 255}.1"))
    assert len(many._asked) == MOST_REMEMBERED
    one = next(iter(many._asked.values()))
    assert sys.getsizeof(one) * MOST_REMEMBERED < 2_000_000


def test_nothing_of_an_address_is_in_what_is_remembered_of_floods() -> None:
    many = Floods(Clock(), MOST)
    many.ask(many.name("192.0.2.77"))
    assert b"192.0.2" not in pickle.dumps((many._asked, many._key))


async def test_a_flood_reaches_no_page_and_others_do() -> None:
    pages, many = Pages(), Floods(Clock(), MOST, b"slow down")
    gate = FloodGate(pages, many, behind_proxy=False)
    async with served(gate, host="127.0.0.1", port=0, floods=many) as port:
        for _ in range(MOST):
            assert b"200" in await asks(port, GET % b"", "127.0.9.1")
        several = await asyncio.gather(
            *(asks(port, one, "127.0.9.2") for one in (GET % b"", POST) for _ in range(3))
        )
        assert {b"429" in one for one in several} == {True}
        assert pages.asked == MOST
        crowd = await asyncio.gather(*(asks(port, POST, "127.0.9.3") for _ in range(MOST_HELD * 2)))
        assert all(not one or b"429" in one for one in crowd)
        assert pages.asked == MOST
        assert b"200" in await asks(port, GET % b"", "127.0.8.1")


async def test_behind_a_web_server_the_flood_is_who_it_names_and_its_connection_stays() -> None:
    pages, many = Pages(), Floods(Clock(), MOST, b"slow down")
    gate = FloodGate(pages, many, behind_proxy=False)  # on this machine uvicorn reads who it is

    def named(address: bytes) -> bytes:
        return GET % (b"X-Forwarded-For: %s\r\n" % address)

    async with served(gate, host="127.0.0.1", port=0, floods=many) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for address in (b"192.0.2.1",) * (MOST + 2) + (b"198.51.100.1",):
            writer.write(named(address))
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
            answers.append(head.split()[1])
        writer.close()
    assert answers == [b"200"] * MOST + [b"429"] * 2 + [b"200"]
    assert pages.asked == MOST + 1


def test_a_network_is_named_by_a_key_that_each_start_has_anew() -> None:
    one, other = Floods(Clock(), MOST), Floods(Clock(), MOST)
    assert one.name("192.0.2.1") != other.name("192.0.2.1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.9")
