"""A broadcast: Clamour, with every outcome durable, beside a plain loop that keeps nothing.

The peer is python-telegram-bot with its AIORateLimiter, one send_message after the other, as its
documentation shows. Both write to the same people through the same servers, one after the other in
the same run: an instant server (Telegram's paid ceiling of 1,000 a second), and the simulator with
Telegram's free limit of 30 a second, which answers 429 when it is exceeded.
"""

import asyncio
import sqlite3
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
from bot.messenger import TelegramMessenger
from bot.pacing import TwoLanePacer
from bot.transport import AiohttpRequest
from campaign.broadcasts import audience, life
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import Catalogue, publish
from campaign.definition import load_definition
from campaign.delivery.sender import Sender
from handlers.house import House
from handlers.letters import Letters
from messages import Renderer
from storage import broadcasts
from storage.audiences import Audience
from storage.database import Database
from storage.migrate import upgrade

EXAMPLE = Path(__file__).parents[1] / "examples" / "keep-the-unit" / "campaign.toml"
PEER = "python-telegram-bot with AIORateLimiter in a loop"
FREE, LIMITED = 10_000, 300
PAID_CEILING, FREE_CEILING = 1000, 30
FIRST = 100_001
TEXT = "Hello {{ first_name }}, we are many: <b>{{ count }}</b> have signed. Thank you!"


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    return await asyncio.to_thread(_on_uvloop)


def _on_uvloop() -> list[dict[str, Any]]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_rows())


async def _rows() -> list[dict[str, Any]]:
    async with _server("bench.instant_server") as line:
        address = f"http://127.0.0.1:{int(line)}"
        theirs = await _loop(address, FREE // 10, PAID_CEILING)
        paced = await _clamour(address, FREE, PAID_CEILING)
        unpaced = await _clamour(address, FREE, 1_000_000)
    async with _server("simulator", "--port", "0", "--bot-username", "bench_bot") as line:
        address = line.split()[-1]
        await _people(address, LIMITED)
        before = await _refused(address)
        limited = await _clamour(address, LIMITED, FREE_CEILING)
        refused = await _refused(address) - before
    async with _server("simulator", "--port", "0", "--bot-username", "bench_bot") as line:
        address = line.split()[-1]
        await _people(address, LIMITED)
        before = await _refused(address)
        limited_loop = await _loop(address, LIMITED, FREE_CEILING)
        refused_loop = await _refused(address) - before
    return [
        _row("no limit", unpaced, theirs),
        _row("ceiling of 1,000/s", paced, theirs),
        _row("Telegram's 30/s", limited, limited_loop),
        {
            "name": "broadcast, Telegram's 30/s: refused (429)",
            "value": refused,
            "unit": "calls",
            "peer": PEER,
            "peer_value": refused_loop,
            "ratio": round((refused_loop + 1) / (refused + 1), 2),
        },
    ]


def _row(name: str, value: float, peer_value: float) -> dict[str, Any]:
    return {
        "name": f"broadcast, {name}",
        "value": round(value, 1),
        "unit": "1/s",
        "peer": PEER,
        "peer_value": round(peer_value, 1),
        "ratio": round(value / peer_value, 2),
    }


async def _clamour(address: str, people: int, rate: float) -> float:
    """Messages a second, from the start to the last outcome on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        database, broadcast_id = await _prepared(Path(folder) / "clamour.db", people)
        pacer = TwoLanePacer(messages_per_second=rate)
        bot: ExtBot[Any] = ExtBot(
            TOKEN, base_url=f"{address}/bot", request=AiohttpRequest(), rate_limiter=pacer
        )
        await bot._request[1].initialize()
        house = House(database, Renderer(), Catalogue(database), bot_username="bench_bot")
        sender = Sender(
            database,
            TelegramMessenger(bot, pacer),
            Letters(house),
            audience_of=lambda broadcast: audience.from_dict(broadcast.audience),
            resends_unknown=life.resends_unknown,
            quiet_until=life.quiet_until,
            waits_until=life.waits_until,
            day_began=life.day_began,
            clock=lambda: datetime.now(UTC),
        )
        began = time.perf_counter()
        await sender.send(broadcast_id)
        took = time.perf_counter() - began
        async with database.reading() as db:
            done = await broadcasts.of(db, broadcast_id)
        await bot._request[1].shutdown()
        await database.close()
    assert done is not None
    assert (done.status, done.sent) == ("done", people)
    return people / took


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


async def _prepared(file: Path, people: int) -> tuple[Database, int]:
    """A database with people who hear updates, and a broadcast to them."""
    url = f"sqlite+aiosqlite:///{file}"
    await upgrade(url)
    database = await Database.open(url)
    now = datetime.now(UTC)
    petition = await publish(database, load_definition(EXAMPLE), now=now)
    moment = now.replace(tzinfo=None).isoformat(" ")
    numbers = range(1, people + 1)
    with sqlite3.connect(file) as raw:
        raw.executemany(
            "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "
            "VALUES (?, ?, ?, 1, ?)",
            ((number, FIRST + number - 1, f"Ada {number}", moment) for number in numbers),
        )
        raw.executemany(
            "INSERT INTO subscriptions (campaign_id, supporter_id, since) VALUES (?, ?, ?)",
            ((petition.id, number, moment) for number in numbers),
        )
    raw.close()
    async with database.transaction() as db:
        made = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind="news",
            author_id=None,
            content=Content({"en": Version(TEXT)}).to_dict(),
            audience=audience.to_dict(Audience()),
            options={},
            now=now,
        )
        await life.start(db, made.id, now=now)
    return database, made.id


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
async def _server(module: str, *options: str) -> AsyncIterator[str]:
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
