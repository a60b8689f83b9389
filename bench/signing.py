"""Signing: Clamour, with every step durable, beside a plain bot that keeps all in memory.

Both serve the same crowd in the same run, one after the other, in a process of their own:
200 people who sign at once, each going on as soon as the bot has answered.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import TOKEN
from bench.bot_process import write_config
from bench.comparison import row
from tests import engines

PEOPLE, AT_ONCE = 1000, 200
PEER = "python-telegram-bot ConversationHandler, in memory"


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (above 1: Clamour is better)."""
    theirs = await _peer()
    rows = _rows("signing", await _clamour("sqlite"), theirs)
    if await engines.postgres_answers():
        rows += _rows("on PostgreSQL, signing", await _clamour("postgresql"), theirs)
    else:
        print(f"left out: signing on PostgreSQL, which does not answer at {engines.SERVER}")
    return rows


def _rows(what_for: str, ours: dict[str, float], theirs: dict[str, float]) -> list[dict[str, Any]]:
    return [
        row(
            f"{what_for}, {AT_ONCE} at once: {what}",
            ours[key],
            theirs[key],
            unit,
            peer=PEER,
            more_is_better=unit == "1/s",
        )
        for what, key, unit in (
            ("signatures", "signatures_per_second", "1/s"),
            ("answer time, half of all", "p50_ms", "ms"),
            ("answer time, 99 of 100", "p99_ms", "ms"),
        )
    ]


async def _clamour(engine: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with engines.fresh_url(engine, Path(folder)) as url:

            def command(address: str) -> list[str]:
                storage = f'[storage]\nurl = "{url}"\n'
                config = write_config(Path(folder), address, storage)
                return ["bot", "run", "--config", str(config)]

            return await _serve(command)


async def _peer() -> dict[str, float]:
    return await _serve(lambda address: ["bench.peer_bot", address])


async def _serve(command: Any) -> dict[str, float]:
    """Let a bot serve the crowd until everybody has signed."""
    crowd = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bench.crowd", "--people", str(PEOPLE), "--at-once", str(AT_ONCE)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert crowd.stdout is not None
    address = f"http://127.0.0.1:{int(await crowd.stdout.readline())}"
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *command(address),
        env={**os.environ, "CLAMOUR_TELEGRAM_TOKEN": TOKEN},
    )
    try:
        async with asyncio.timeout(300):
            figures: dict[str, float] = json.loads(await crowd.stdout.readline())
            return figures
    finally:
        for process in (bot, crowd):
            if process.returncode is None:
                process.terminate()
            await process.wait()
