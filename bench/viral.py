"""A viral hour in some minutes: those who come double again and again until the bot is overwhelmed,
then for two minutes a quarter more come than it has ever taken for five seconds, then few.

What must hold: answers become slow, but everybody who has come has signed in the end; the memory is
bounded; a minute after the rush answers are quick again. `python -m bench.viral` writes
bench/viral.json.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import recorded
from bench.bot_process import start_bot, write_config

RECORD = Path(__file__).with_name("viral.json")
OVERLOAD_SECONDS = 120
QUICK_SECONDS = 1.0
LONGEST_SECONDS = 1200


async def measure(overload: int) -> dict[str, Any]:
    """Each second of it, and what it comes to."""
    with tempfile.TemporaryDirectory() as folder:
        rush = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bench.rush", "--overload", str(overload)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert rush.stdout is not None
        port = int(await rush.stdout.readline())
        bot = await start_bot(write_config(Path(folder), f"http://127.0.0.1:{port}"))
        series: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                while line := await rush.stdout.readline():
                    memory = round(recorded.resident_mb(bot.pid))
                    series.append({**json.loads(line), "memory_mb": memory})
        finally:
            for process in (bot, rush):
                if process.returncode is None:
                    process.terminate()
                await process.wait()
        return {**_summed_up(series, _live(Path(folder) / "clamour.db")), "series": series}


def _live(file: Path) -> int:
    """The total that is shown, and that a fresh count agrees with."""
    db = sqlite3.connect(file)
    kept = db.execute("SELECT live FROM campaign_totals").fetchone()[0]
    counted = db.execute("SELECT count(*) FROM signatures WHERE status = 'live'").fetchone()[0]
    db.close()
    assert kept == counted, "the total is not the count"
    return int(kept)


def _summed_up(series: list[dict[str, Any]], live: int) -> dict[str, Any]:
    """The rush ends with the last second of "too much"; quick again is when no answer is late."""
    over = max(one["s"] for one in series if one["phase"] == "too much")
    later = [one for one in series if one["s"] > over]
    slow = [one["s"] for one in later if (one["p99_s"] or 0) > QUICK_SECONDS]
    arrived = series[-1]["arrived"]
    calm = [one for one in series if one["phase"] == "growing"][:10]
    return {
        "people": arrived,
        "signed": live,
        "lost": arrived - live,
        "most_signed_in_a_second": max(one["signed"] for one in series),
        "slowest_second_p50_s": max(one["p50_s"] or 0 for one in series),
        "slowest_second_p99_s": max(one["p99_s"] or 0 for one in series),
        "most_waiting": max(one["waiting"] for one in series),
        "quick_again_after_s": max(slow, default=over) - over,
        "memory_at_first_mb": calm[-1]["memory_mb"],
        "memory_at_most_mb": max(one["memory_mb"] for one in series),
        "memory_at_last_mb": series[-1]["memory_mb"],
    }


if __name__ == "__main__":
    recorded.recorded_run(
        measure, __doc__, people=OVERLOAD_SECONDS, into=RECORD, option="--overload"
    )
