"""Promises of the public door before requests that no browser sends: answered, and never as a fault
of ours."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import migrated
from tests.bot.web_door import Door, door

PATHS = (
    *(
        b"/s/%00",
        b"/s/keep-the-unit%00",
        b"/s/%ed%a0%80",
        b"/s/%ff",
        b"/s/\xff\xfe",
        b"/s/%",
        b"/%2e%2e",
    ),
    *(b"/../../etc/passwd", b"/assets/..%2f..%2fconfig.toml", b"/assets/%2e%2e/pages.py", b"//"),
    *(b"/assets/card.css/", b"/assets/\\..\\card.css", b"/s//keep-the-unit", b"/s/keep-the-unit/"),
    *(
        b"http://evil.example/s/keep-the-unit",
        b"//evil.example/s/keep-the-unit",
        b"*",
        b"/?" * 9_000,
    ),
    *(b"/s/" + b"a" * 30_000, b"/s/r_" + b"0" * 10, b"/s/r_" + b"%f0%9f%98%80" * 10),
    *(b"/embed/keep-the-unit." + b"svg" * 99, b"/embed/.svg", b"/embed/%2fsvg", b"/picture/.png"),
    *(b"/s/keep-the-unit?lang=" + b"cy," * 2_000, b"/s/keep-the-unit?lang=%00&lang=%ff&lang"),
    *(
        b"/picture/keep-the-unit.png?count=" + b"9" * 5_000,
        b"/picture/keep-the-unit.png?count=-1e9",
    ),
    *(b"/api/campaigns/%22%3Cscript%3E.json", b"/api/campaigns/keep-the-unit.json?callback=x"),
    *(b"/embed/keep-the-unit.png?lang=%00&count=%00", b"/healthz?x=" + b"%25" * 500),
)
HEADS = (
    *(b"Host: evil.example\r\n", b"Host: \xff\xfe\r\n", b"Host: a\r\nHost: b\r\n", b""),
    *(b"Host: x\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n",),
    *(b"Host: x\r\nAccept-Language: " + b"en;q=" * 900 + b"\r\n",),
    *(b"Host: x\r\nAccept-Language: \xff;q=nan, cy;q=inf, *;q=-1\r\n",),
    *(b'Host: x\r\nIf-None-Match: "' + b"a," * 900 + b'"\r\n', b"Host: x\r\nIf-None-Match: *\r\n"),
    *(b"Host: x\r\nRange: bytes=0-,0-,0-\r\n", b"Host: x\r\nAccept-Encoding: gzip;q=nan, \xff\r\n"),
    *(
        b"Host: x\r\nContent-Length: -1\r\n",
        b"Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    ),
    *(b"Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n", b"Host: x\r\n folded\r\n"),
    *(
        b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        b"Host: x\r\nExpect: 200-ok\r\n",
    ),
)
METHODS = (b"get", b"GET\x00", b"CONNECT", b"PRI", b"G" * 300, b"", b"TRACE", b"PROPFIND", b"\xff")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Door]:
    async with door(await migrated.copied_to(tmp_path / "clamour.db")) as opened:
        await opened.publish()
        yield opened


async def asked(world: Door, request: bytes) -> bytes:
    """Everything that is answered to these bytes."""
    address = urlsplit(world.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(request)
        await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("page", [b"/s/keep-the-unit", b"/api/campaigns/keep-the-unit.json"])
async def test_no_request_is_answered_as_a_fault_of_ours(world: Door, page: bytes) -> None:
    close = b"Connection: close\r\n\r\n"
    requests = [
        *(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + close for path in PATHS),
        *(b"GET " + page + b" HTTP/1.1\r\n" + head + close for head in HEADS),
        *(method + b" " + page + b" HTTP/1.1\r\nHost: x\r\n" + close for method in METHODS),
        *(b"GET " + page + version + b"\r\nHost: x\r\n" + close for version in (b" HTTP/9.9", b"")),
    ]
    for request in requests:
        answer = await asked(world, request)
        status = answer.split(b"\r\n", 1)[0]
        assert not answer or status.split()[1] in (
            *(b"200", b"206", b"301", b"304", b"307", b"308"),
            *(b"400", b"404", b"405", b"414", b"417", b"431"),
        ), (request[:80], answer[:300])
        for said in (b"Traceback", b"root:", b"evil.example"):
            assert said not in answer, request[:80]
    assert (await world.get("/healthz")).status == 200
