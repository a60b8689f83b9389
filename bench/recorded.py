"""Runs that are recorded in a file of their own, with the machine they were made on."""

import argparse
import asyncio
import json
import os
import platform
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from rich.console import Console
from rich.table import Table

BUSY_CORES = 0.3
LOOK_SECONDS = 3.0
UNTIL_IT_ASKS_SECONDS = 120.0


def recorded_run(
    measure: Callable[[int], Awaitable[Mapping[str, Any]]],
    about: str | None,
    *,
    people: int,
    into: Path,
    option: str = "--people",
) -> None:
    """Measure with as many people as the command line says, print a table, and write the figures
    and all charts.

    Args:
        about: what `--help` says.
        people: how many, if it is not said.
        option: what the command line calls that.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(option, dest="people", type=int, default=people)
    given = parser.parse_args()
    where = machine()

    async def run() -> Mapping[str, Any]:
        return await measure(given.people)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(run())
    told(figures)
    write(into, where, figures)


def machine() -> dict[str, Any]:
    """What the figures are measured on, and whether other programs have its cores, too.

    Looked at for some seconds: the load average still tells of the benchmark before.
    """
    busy = _busy_cores(LOOK_SECONDS)
    return {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "cores_busy_before": round(busy, 2),
        "note": "busy machine" if busy > BUSY_CORES else "quiet machine",
    }


def _busy_cores(seconds: float) -> float:
    """How many cores all programs together have kept busy in these seconds
    (https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat)."""

    def idle() -> float:
        line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
        return sum(int(ticks) for ticks in line.split()[4:6]) / os.sysconf("SC_CLK_TCK")

    before = idle()
    time.sleep(seconds)
    return max(0.0, (os.cpu_count() or 1) - (idle() - before) / seconds)


def told(figures: Mapping[str, Any]) -> None:
    """Print them, those within others with the names they are under."""
    table = Table("what", "measured")

    def rows(within: Mapping[str, Any], above: str) -> None:
        for name, value in within.items():
            if isinstance(value, Mapping):
                rows(value, f"{above}{name}: ")
            elif not isinstance(value, list):
                table.add_row(f"{above}{name}", f"{value:,}")

    rows(figures, "")
    Console().print(table)


def write(into: Path, where: Mapping[str, Any], figures: Mapping[str, Any]) -> None:
    """Keep the figures, and redraw all charts."""
    from bench import charts

    text = json.dumps({**where, **figures}, indent=2) + "\n"
    into.write_text(text, encoding="utf-8")
    charts.draw_all()


def resident_mb(pid: int) -> float:
    """What a process holds in memory now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


async def until_it_asks(address: str) -> None:
    """Wait until a bot asks the simulator for updates, or has told it where to bring them.

    Raises:
        TimeoutError: it never does.
    """
    async with asyncio.timeout(UNTIL_IT_ASKS_SECONDS), aiohttp.ClientSession(address) as session:
        while True:
            async with session.get("/control/stats") as answer:
                if (await answer.json())["calls"].keys() & {"getUpdates", "setWebhook"}:
                    return
            await asyncio.sleep(0.01)
