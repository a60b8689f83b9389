"""How long people wait for each answer while another address sends rubbish, beside without it."""

import asyncio
import json
import signal
import statistics
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bench.browser import clamour, signs_with_clamour
from bench.browser_visits import Mailbox, Visit, answers
from bench.comparison import row

PEOPLE, SENDERS = 20, 3
SECONDS_BEFORE = 5.0
OF_ONE_NETWORK = 400
"""limits.site_people, as it comes."""

FROM = "127.0.0.66"
PEER = "without rubbish"


async def _waits(address: str, box: Mailbox, first: int) -> list[float]:
    """People of networks of their own sign one after the other."""
    waits: list[float] = []
    for number in range(PEOPLE):
        jar = aiohttp.CookieJar(unsafe=True)
        connector = aiohttp.TCPConnector(local_addr=(f"127.0.{100 + number}.77", 0))
        async with aiohttp.ClientSession(cookie_jar=jar, connector=connector) as session:
            visit = Visit(session, address, box, first + number)
            await signs_with_clamour(visit)
            waits += visit.waits
    return waits


@asynccontextmanager
async def _rubbish(port: int, answered: Counter[str]) -> AsyncIterator[None]:
    senders = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.rubbish_sender", str(port), FROM),
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(SENDERS)
    ]
    try:
        yield
    finally:
        for one in senders:
            one.send_signal(signal.SIGTERM)
            said, _ = await one.communicate()
            answered.update(json.loads(said.decode().splitlines()[-1]))


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (below 1: people wait longer)."""
    answered: Counter[str] = Counter()
    clock = asyncio.get_running_loop().time
    async with (
        Mailbox().listening() as box,
        clamour(box, site_people=OF_ONE_NETWORK) as address,
    ):
        await answers(f"{address}/s/keep-the-unit")
        await _waits(address, box, 1)  # templates are compiled when they are first used
        quiet = await _waits(address, box, 1 + PEOPLE)
        begun = clock()
        async with _rubbish(urlsplit(address).port or 80, answered):
            await asyncio.sleep(SECONDS_BEFORE)
            beside = await _waits(address, box, 1 + 2 * PEOPLE)
            lasted = clock() - begun
    print(f"rubbish by status: {dict(answered)}, in {lasted:.1f} s from {SENDERS} processes")
    sent, refused = answered.total() / lasted, answered["429"] / lasted
    return [
        row("rubbish, requests a second", sent, refused, "1/s", peer="of these refused"),
        *(
            row(f"{what}, beside rubbish", of(beside) * 1000, of(quiet) * 1000, "ms", peer=PEER)
            for what, of in (
                ("answer, half within", statistics.median),
                ("answer, 99 of 100 within", _p99),
                ("answer, slowest", max),
            )
        ),
    ]


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]
