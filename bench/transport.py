"""sendMessage a second: our transport beside python-telegram-bot's own, in the same run.

Both send through the same Bot, to the same server in a process of its own, on the event loop that
Clamour runs on (uvloop). Rounds alternate, and the median of each counts, so that a noisy machine
disturbs both alike.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import telegram
import uvloop
from rich.console import Console
from rich.table import Table
from telegram.request import BaseRequest, HTTPXRequest

from bench import TOKEN
from channels.telegram.http_client import AiohttpRequest

ROUNDS = 3
AT_ONCE = (100, 30, 1)
SECONDS = 1.0
PEER = "HTTPXRequest"
TEXT = "Thank you, Ada. <b>You are number 4,711.</b> Ask a friend to sign: it counts twice."


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.instant_server", stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        return await asyncio.to_thread(_on_uvloop, port)
    finally:
        server.terminate()
        await server.wait()


def _on_uvloop(port: int) -> list[dict[str, Any]]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_rows(port))


async def _rows(port: int) -> list[dict[str, Any]]:
    return [await _row(port, at_once) for at_once in AT_ONCE]


async def _row(port: int, at_once: int) -> dict[str, Any]:
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        theirs.append(await _rate(lambda: HTTPXRequest(connection_pool_size=256), port, at_once))
        ours.append(await _rate(AiohttpRequest, port, at_once))
    value, peer_value = statistics.median(ours), statistics.median(theirs)
    return {
        "name": f"sendMessage, {at_once} at once",
        "value": round(value),
        "unit": "1/s",
        "peer": PEER,
        "peer_value": round(peer_value),
        "ratio": round(value / peer_value, 1),
    }


async def _rate(transport: Callable[[], BaseRequest], port: int, at_once: int) -> float:
    """Messages sent a second, over so many connections, once those are warm."""
    bot = telegram.Bot(
        TOKEN,
        base_url=f"http://127.0.0.1:{port}/bot",
        request=transport(),
        get_updates_request=transport(),
    )
    async with bot._request[1]:
        await asyncio.gather(*(_send_until(bot, 0) for _ in range(at_once)))
        began = time.perf_counter()
        sent = await asyncio.gather(*(_send_until(bot, began + SECONDS) for _ in range(at_once)))
        return sum(sent) / (time.perf_counter() - began)


async def _send_until(bot: telegram.Bot, end: float) -> int:
    sent = 0
    while True:
        await bot.send_message(2, TEXT, parse_mode="HTML")
        sent += 1
        if time.perf_counter() >= end:
            return sent


def main() -> None:
    table = Table("what", "Clamour", PEER, "ratio", "unit")
    for row in asyncio.run(measure()):
        table.add_row(
            row["name"],
            str(row["value"]),
            str(row["peer_value"]),
            f"{row['ratio']}x",
            row["unit"],
        )
    Console().print(table)


if __name__ == "__main__":
    main()
