"""What goes wrong: Telegram, the network, the database, and the bot's own processes."""

import asyncio
import itertools
import math
import sqlite3
import time
from random import Random

import asyncpg
from sqlalchemy.engine import make_url

from bench.soak.bots import Bots
from bench.soak.phone import some_time
from bench.soak.town import Town

KINDS = ("500", "502", "cut_before", "cut_after", "slow", "429")
METHODS = (
    *("sendMessage", "sendMessage", "sendMessage", "editMessageText", "answerCallbackQuery"),
    *("sendPhoto", "getUpdates", "setWebhook", "*"),
)
LOCKED_SECONDS = 2.0
LEFT_TO_START = 0.8


async def faults(town: Town, chance: Random, every: float) -> None:
    """Calls fail, are cut before or after they did their work, are slow, or too many; none of it
    lasts: a bot that asks for updates again after half a minute at most has to find some."""
    for turn in itertools.count():
        await some_time(chance, every, town.stop)
        if town.stop.is_set():
            return
        if turn % 4 == 3:
            await town.mends()
            continue
        if chance.random() < 0.2:
            await town.control("redeliver", times=chance.choice((1, 2, 3)))
            continue
        kind = chance.choice(KINDS)
        await town.control(
            "faults",
            method=chance.choice(METHODS),
            kind=kind,
            times=chance.randint(1, 6),
            chance=chance.choice((0.1, 0.3, 1.0)),
            seconds=0.7,
            seed=chance.randrange(1_000_000),
        )
        town.done[f"fault: {kind}"] += 1


async def restarts(
    town: Town, bots: Bots, chance: Random, every: float, calm: asyncio.Event
) -> None:
    """Until it is calm, processes end, killed or by a service manager, and are started again."""
    while not calm.is_set():
        await some_time(chance, every, calm)
        if calm.is_set():
            break
        place, kill = chance.randrange(len(bots.processes)), chance.random() < 0.6
        if town.up_since < math.inf and bots.processes[place].returncode is not None:
            town.violated(f"a bot has ended by itself: {bots.processes[place].returncode}")
        town.up_since = math.inf
        await bots.end(place, kill=kill)
        town.done["kill -9" if kill else "SIGTERM"] += 1
        await some_time(chance, 0.5, calm)
        await bots.again(place)
        if chance.random() < LEFT_TO_START:
            await bots.are_up(town)
    await bots.are_up(town)


async def database(town: Town, url: str, chance: Random, every: float) -> None:
    """PostgreSQL ends every connection; SQLite is held by somebody else who writes."""
    while not town.stop.is_set():
        await some_time(chance, every, town.stop)
        if town.stop.is_set():
            return
        if url.startswith("sqlite"):
            await asyncio.to_thread(_hold, make_url(url).database or "")
            town.done["database held by another"] += 1
        else:
            await _disconnect(url)
            town.done["connections ended"] += 1


def _hold(file: str) -> None:
    db = sqlite3.connect(file, timeout=10, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED_SECONDS)
        db.execute("ROLLBACK")
    finally:
        db.close()


async def _disconnect(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()
