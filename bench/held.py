"""Answers while Telegram holds one chat in a hundred for half a minute, beside no holds at all.

The same crowd as in bench.signing, by polling and by webhook; what the held ones wait is not
counted. An answer that is held back is owed, and nobody waits behind it
(channels/telegram/owed.py).
"""

import tempfile
from pathlib import Path
from typing import Any

from bench import waits
from bench.workers import crowd, processes, worker_config

PEOPLE, AT_ONCE, HOLD_EVERY = 1000, 200, 100
PEER = "itself, no holds"


async def measure() -> list[dict[str, Any]]:
    """Figures as rows: name, value, unit, peer, peer_value, ratio (1: nobody waits for others)."""
    rows: list[dict[str, Any]] = []
    for way in ("polling", "webhook"):
        free, held = await _run(way, 0), await _run(way, HOLD_EVERY)
        name = f"1 in {HOLD_EVERY} chats held for 30 s, {way}: others, "
        rows += waits.rows(name, held, PEER, free)
    return rows


async def _run(way: str, hold_every: int) -> dict[str, float]:
    options = ["--people", str(PEOPLE), "--at-once", str(AT_ONCE), "--hold-every", str(hold_every)]
    module = {"polling": ["bench.crowd"], "webhook": ["bench.called_crowd", "--workers", "1"]}[way]
    with tempfile.TemporaryDirectory() as folder:
        async with crowd([*module, *options]) as (address, figures):
            url = f"sqlite+aiosqlite:///{folder}/clamour.db"
            config = worker_config(Path(folder), 0, address, url, way)
            async with processes([["bot", "run", "--config", str(config)]]):
                return await figures
