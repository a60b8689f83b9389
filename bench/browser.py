"""Signing in a browser: Clamour's chat beside a plain Django form and Pytition.

All serve the same crowd in the same run, one after the other: people who open the page, answer,
prove the address by what the same mail server has got for them, and go. Clamour runs as one
process, the others as two workers of gunicorn; all keep every signature durably in SQLite.
"""

import asyncio
import re
import secrets
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp

from bench import browser_peers
from bench.bot_process import start_bot, write_config
from bench.browser_visits import HIDDEN, Mailbox, Visit, answers, free_port
from bench.comparison import row

PEOPLE, AT_ONCE = 400, 40
ARRIVALS, A_SECOND = 500, 50
GUNICORN = f"gunicorn with {browser_peers.WORKERS} workers"
SIGN = re.compile(r'name="data" value="([^"]*:sign:[^"]*)"')
"""The button on the last screen."""


async def comes_to_clamour(visit: Visit) -> str:
    """Open the shared page and tap *Sign here*: the first question."""
    shared = await visit.opens("/s/keep-the-unit")
    return await visit.sends("/chat/begin", **dict(HIDDEN.findall(shared)))


async def signs_with_clamour(visit: Visit) -> None:
    """Answer three questions, sign, type the code."""
    page = await comes_to_clamour(visit)
    for words in (visit.name, visit.postcode, visit.email):
        page = await visit.says(page, text=words)
    button = SIGN.search(page)
    assert button is not None, page
    page = await visit.says(page, data=unescape(button[1]))
    await visit.says(page, text=await visit.box.code(visit.email))


Does = Callable[[Visit], Awaitable[Any]]


async def _crowd(address: str, box: Mailbox, signs: Does, first: int) -> tuple[float, list[float]]:
    """Everybody signs, AT_ONCE at a time; gives the seconds it took, and all waits."""
    places, waits = asyncio.Semaphore(AT_ONCE), list[float]()

    async def one(number: int) -> None:
        async with places:
            waits.extend(await _visit(address, box, signs, number))

    began = time.perf_counter()
    await asyncio.gather(*(one(first + number) for number in range(PEOPLE)))
    return time.perf_counter() - began, waits


async def _arrivals(address: str, box: Mailbox, comes: Does, first: int) -> list[float]:
    """People who come one after the other; gives how long each waited for each answer."""
    came: list[asyncio.Task[list[float]]] = []
    for number in range(ARRIVALS):
        came.append(asyncio.create_task(_visit(address, box, comes, first + number)))
        await asyncio.sleep(1 / A_SECOND)
    return [wait for waits in await asyncio.gather(*came) for wait in waits]


async def _visit(address: str, box: Mailbox, does: Does, number: int) -> list[float]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        visit = Visit(session, address, box, number)
        await does(visit)
        return visit.waits


@asynccontextmanager
async def clamour(box: Mailbox, *, site_people: int = 0) -> AsyncIterator[str]:
    """A bot whose people may ask as often as they like, but for `site_people` of one network."""
    with tempfile.TemporaryDirectory() as folder:
        telegram = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "simulator", "--port", "0"), stdout=asyncio.subprocess.PIPE
        )
        assert telegram.stdout is not None
        line = (await telegram.stdout.readline()).decode()
        port = free_port()
        sections = (
            f'[web]\nport = {port}\npublic_url = "http://127.0.0.1:{port}"\n'
            'proof_of_work = "never"\n'  # what is measured is a burst
            f'[email]\nhost = "127.0.0.1"\nport = {box.port}\ntls = "none"\n'
            "[limits]\nupdates = 0\nall_updates = 0\nsignings = 0\nall_signings = 0\n"
            f"site_people = {site_people}\n"
        )
        config = write_config(Path(folder), line.split()[-1], sections)
        bot = await start_bot(config)
        try:
            await answers(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in (bot, telegram):
                process.send_signal(signal.SIGTERM)
                await process.wait()


async def _measured(serves: Any, comes: Does, signs: Does) -> dict[str, float]:
    async with Mailbox().listening() as box, serves(box) as address:
        first = secrets.randbelow(10**6) * 10**4
        await _visit(address, box, signs, first)  # templates are compiled when they are first used
        arriving = await _arrivals(address, box, comes, first + 1)
        seconds, waits = await _crowd(address, box, signs, first + 1 + ARRIVALS)
    return {
        "rate": PEOPLE / seconds,
        "p99_ms": _p99(waits) * 1000,
        "arriving_p99_ms": _p99(arriving) * 1000,
    }


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    ours = await _measured(clamour, comes_to_clamour, signs_with_clamour)
    form = await _measured(
        browser_peers.django, browser_peers.comes_to_django, browser_peers.signs_with_django
    )
    rows = _rows(ours, form, "plain Django form")
    if browser_peers.pytition_checkout() is None:
        print(f"Pytition is left out: {browser_peers.PYTITION} names no checkout of it.")
        return rows
    theirs = await _measured(
        browser_peers.pytition, browser_peers.comes_to_pytition, browser_peers.signs_with_pytition
    )
    return rows + _rows(ours, theirs, "Pytition 2.9")


def _rows(ours: dict[str, float], theirs: dict[str, float], peer: str) -> list[dict[str, Any]]:
    crowd, arriving = f"{AT_ONCE} at once", f"{A_SECOND} people a second"
    return [
        row(
            f"browser, {what}",
            ours[key],
            theirs[key],
            unit,
            peer=f"{peer}, {GUNICORN}",
            more_is_better=unit == "1/s",
        )
        for what, key, unit in (
            (f"{crowd}: signatures", "rate", "1/s"),
            (f"{crowd}: answer time, 99 of 100", "p99_ms", "ms"),
            (f"{arriving}: first answers, 99 of 100", "arriving_p99_ms", "ms"),
        )
    ]
