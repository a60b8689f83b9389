"""A broadcast: Clamour, with every outcome durable, beside two that keep nothing.

The peers are python-telegram-bot with its AIORateLimiter, one send_message after the other, and
aiogram with aiogram-broadcaster, as their documentation shows. All write to the same people through
the same servers, one after the other in the same run: an instant server (Telegram's paid ceiling of
1,000 a second), and the simulator with Telegram's free limit of 30 a second, which answers 429 when
it is exceeded.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from rich.console import Console
from rich.table import Table
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bench import TOKEN
from bench.listeners import FIRST, prepared
from bot.dispatcher import sender
from campaign.broadcasts import states
from campaign.catalogue import Catalogue
from campaign.delivery.sender import Sender
from channels.telegram.broadcast_messages import BroadcastComposer
from channels.telegram.http_client import AiohttpRequest
from channels.telegram.messenger import TelegramMessenger
from channels.telegram.rate_limiter import TwoLaneRateLimiter
from handlers.services import Services
from messages import Renderer
from storage import broadcasts
from storage.database import Database

PEER = "python-telegram-bot with AIORateLimiter in a loop"
AIOGRAM = "aiogram with aiogram-broadcaster"
PEERS_PYTHON = Path(__file__).parents[1] / ".venv-peers" / "bin" / "python"
FREE, LIMITED = 10_000, 300
PAID_CEILING, FREE_CEILING = 1000, 30


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    return await asyncio.to_thread(_on_uvloop)


def _on_uvloop() -> list[dict[str, Any]]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_rows())


async def _rows() -> list[dict[str, Any]]:
    async with server("bench.instant_server") as line:
        address = f"http://127.0.0.1:{int(line)}"
        theirs = await _loop(address, FREE // 10, PAID_CEILING)
        aiogram = await _aiogram(address, FREE // 10, 1_000_000)
        paced = await _clamour(address, FREE, PAID_CEILING)
        unpaced = await _clamour(address, FREE, 1_000_000)
    async with server("simulator", "--port", "0", "--bot-username", "bench_bot") as line:
        address = line.split()[-1]
        await _people(address, LIMITED)
        before = await _refused(address)
        limited = await _clamour(address, LIMITED, FREE_CEILING)
        refused = await _refused(address) - before
    async with server("simulator", "--port", "0", "--bot-username", "bench_bot") as line:
        address = line.split()[-1]
        await _people(address, LIMITED)
        before = await _refused(address)
        limited_loop = await _loop(address, LIMITED, FREE_CEILING)
        refused_loop = await _refused(address) - before
    async with server("simulator", "--port", "0", "--bot-username", "bench_bot") as line:
        address = line.split()[-1]
        await _people(address, LIMITED)
        before = await _refused(address)
        limited_aiogram = await _aiogram(address, LIMITED, FREE_CEILING)
        refused_aiogram = await _refused(address) - before
    return [
        _row("no limit", unpaced, theirs),
        _row("ceiling of 1,000/s", paced, theirs),
        _row("Telegram's 30/s", limited, limited_loop),
        _refusals("Telegram's 30/s", refused, refused_loop),
        _row("no limit, beside aiogram", unpaced, aiogram, AIOGRAM),
        _row("Telegram's 30/s, beside aiogram", limited, limited_aiogram, AIOGRAM),
        _refusals("Telegram's 30/s, beside aiogram", refused, refused_aiogram, AIOGRAM),
    ]


def _refusals(name: str, refused: int, by_peer: int, peer: str = PEER) -> dict[str, Any]:
    return {
        "name": f"broadcast, {name}: refused (429)",
        "value": refused,
        "unit": "calls",
        "peer": peer,
        "peer_value": by_peer,
        "ratio": round((by_peer + 1) / (refused + 1), 2),
    }


def _row(name: str, value: float, peer_value: float, peer: str = PEER) -> dict[str, Any]:
    return {
        "name": f"broadcast, {name}",
        "value": round(value, 1),
        "unit": "1/s",
        "peer": peer,
        "peer_value": round(peer_value, 1),
        "ratio": round(value / peer_value, 2),
    }


async def _clamour(address: str, people: int, rate: float) -> float:
    """Messages a second, from the start to the last outcome on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        database, broadcast_id = await prepared(Path(folder) / "clamour.db", people)
        async with sender_to(address, database, rate) as sender:
            took, _ = await sent(sender, database, broadcast_id, people)
        await database.close()
    return people / took


@asynccontextmanager
async def sender_to(address: str, database: Database, rate: float) -> AsyncIterator[Sender]:
    """The bot's own sender of broadcasts, put together as the bot does it."""
    rate_limiter = TwoLaneRateLimiter(messages_per_second=rate)
    bot: ExtBot[Any] = ExtBot(
        TOKEN, base_url=f"{address}/bot", request=AiohttpRequest(), rate_limiter=rate_limiter
    )
    await bot._request[1].initialize()
    services = Services(database, Renderer(), Catalogue(database), bot_username="bench_bot")
    yield sender(
        database,
        TelegramMessenger(bot, rate_limiter),
        BroadcastComposer(services),
        clock=lambda: datetime.now(UTC),
    )
    await bot._request[1].shutdown()


async def sent(
    sender: Sender, database: Database, broadcast_id: int, people: int
) -> tuple[float, float]:
    """Send a broadcast to so many; gives how long that took, and this process at work (seconds)."""
    async with database.transaction() as db:
        await states.start(db, broadcast_id, now=datetime.now(UTC))
    began, worked = time.perf_counter(), time.process_time()
    await sender.send(broadcast_id)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    async with database.reading() as db:
        done = await broadcasts.of(db, broadcast_id)
    assert done is not None
    assert (done.status, done.sent) == ("done", people)
    return took, worked


async def _loop(address: str, people: int, rate: float) -> float:
    bot: ExtBot[Any] = ExtBot(
        TOKEN,
        base_url=f"{address}/bot",
        request=HTTPXRequest(connection_pool_size=256),
        rate_limiter=AIORateLimiter(overall_max_rate=rate, max_retries=5),
    )
    await bot._request[1].initialize()
    began = time.perf_counter()
    for number in range(FIRST, FIRST + people):
        try:
            await bot.send_message(number, "Hello Ada, we are many. Thank you!", parse_mode="HTML")
        except RetryAfter as refused:
            await asyncio.sleep(float(refused.retry_after))  # type: ignore[arg-type]
    took = time.perf_counter() - began
    await bot._request[1].shutdown()
    return people / took


async def _aiogram(address: str, people: int, rate: float) -> float:
    if not PEERS_PYTHON.exists():
        sys.exit("The peers are not there. `make bench` sets them up.")
    peer = await asyncio.create_subprocess_exec(
        PEERS_PYTHON,
        Path(__file__).with_name("peers") / "aiogram_broadcast.py",
        *(address, TOKEN, str(FIRST), str(people), str(rate)),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await peer.communicate()
    return float(told)


async def _people(address: str, people: int) -> None:
    async with aiohttp.ClientSession(address) as session:
        async with session.get(f"/bot{TOKEN}/getMe"):
            pass
        for number in range(FIRST, FIRST + people):
            async with session.post("/people", json={"first_name": "Ada", "id": number}):
                pass
            async with session.post(f"/people/{number}/unblock", json={}):
                pass


async def _refused(address: str) -> int:
    async with (
        aiohttp.ClientSession(address) as session,
        session.get("/control/stats") as answer,
    ):
        return int((await answer.json())["refused_429"])


@asynccontextmanager
async def server(module: str, *options: str) -> AsyncIterator[str]:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *options, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        yield (await server.stdout.readline()).decode()
    finally:
        server.terminate()
        await server.wait()


def main() -> None:
    """`python -m bench.broadcast`: these alone."""
    table = Table("what", "Clamour", "peer", "ratio")
    for row in asyncio.run(measure()):
        table.add_row(row["name"], str(row["value"]), str(row["peer_value"]), f"{row['ratio']}x")
    Console().print(table)


if __name__ == "__main__":
    main()
