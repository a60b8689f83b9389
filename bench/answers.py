"""Answers during a broadcast: how long people wait, beside the same bot with nothing to send.

Telegram's free limit of 30 messages a second holds for both together; answers go first.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from bench import waits
from bench.watched_bot import WatchedBot

LISTENERS, PEOPLE, EVERY, RATE = 1500, 8, 2.0, 30
SECONDS = 40
PEER = "itself, idle"


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: during is quicker)."""
    with tempfile.TemporaryDirectory() as folder:
        bot = WatchedBot(Path(folder), LISTENERS, people=PEOPLE, every=EVERY, rate=RATE)
        async with bot.running():
            await asyncio.sleep(5)
            await bot.figures()
            await asyncio.sleep(SECONDS)
            idle = await bot.figures()
            await bot.send()
            await asyncio.sleep(SECONDS)
            during = await bot.figures()
    assert during["bulk"] > SECONDS * RATE / 2, "there was no broadcast to speak of"
    return waits.rows(f"answers during a broadcast at {RATE}/s: ", during, PEER, idle)
