"""Signing with 1, 2 and 4 webhook workers on one PostgreSQL, beside SQLite and the plain bot.

The same crowd as in bench.signing. Everything shares the machine's cores: crowd, workers, database.
`python -m bench.workers` writes bench/workers.json.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench import TOKEN, recorded
from bench.listeners import EXAMPLE
from storage.migrate import upgrade
from tests import engines
from tests.e2e.killable import free_port

RECORD = Path(__file__).with_name("workers.json")
PEOPLE, AT_ONCE = 1000, 200
PEER = "plain bot in memory, by polling"


async def measure(people: int) -> dict[str, Any]:
    """Figures by who served the crowd: signatures a second, milliseconds until answers."""
    runs = {PEER: await _peer(people)}
    runs["SQLite, 1 worker"] = await _workers("sqlite", 1, people)
    for count in (1, 2, 4):
        name = f"PostgreSQL, {count} worker{'s' if count > 1 else ''}"
        runs[name] = await _workers("postgresql", count, people)
    return {"people": people, "at_once": AT_ONCE, "runs": runs}


async def _peer(people: int) -> dict[str, float]:
    command = ("bench.crowd", "--people", str(people), "--at-once", str(AT_ONCE))
    async with crowd(command) as (address, figures), processes([["bench.peer_bot", address]]):
        return await figures


async def _workers(engine: str, count: int, people: int) -> dict[str, float]:
    options = ("--people", str(people), "--at-once", str(AT_ONCE), "--workers", str(count))
    with tempfile.TemporaryDirectory() as folder:
        async with (
            engines.fresh_url(engine, Path(folder)) as url,
            crowd(("bench.called_crowd", *options)) as (address, figures),
        ):
            await upgrade(url)
            configs = [worker_config(Path(folder), place, address, url) for place in range(count)]
            commands = [["bot", "run", "--config", str(config)] for config in configs]
            async with processes(commands):
                return await figures


def worker_config(folder: Path, place: int, address: str, url: str, mode: str = "webhook") -> Path:
    """The configuration of one worker."""
    port, config = free_port(), folder / f"config{place}.toml"
    config.write_text(
        f'[telegram]\napi_url = "{address}"\nmessages_per_second = 1000\nmode = "{mode}"\n'
        f'[webhook]\nurl = "http://127.0.0.1:{port}/telegram"\nport = {port}\n'
        f'[storage]\nurl = "{url}"\ntombstones = "{folder}/tombstones"\n'
        f'[campaigns]\nfiles = ["{EXAMPLE}"]\n[log]\nlevel = "error"\n',
        encoding="utf-8",
    )
    return config


@asynccontextmanager
async def crowd(
    command: Sequence[str],
) -> AsyncIterator[tuple[str, "asyncio.Task[dict[str, float]]"]]:
    """A crowd: its address, and what it will have measured when everybody has signed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    out = process.stdout
    port = int(await out.readline())

    async def told() -> dict[str, float]:
        figures = json.loads(await out.readline())
        return {name: round(value, 1) for name, value in figures.items()}

    figures = asyncio.create_task(told())
    try:
        async with asyncio.timeout(300):
            yield f"http://127.0.0.1:{port}", figures
    finally:
        figures.cancel()
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def processes(
    commands: Sequence[Sequence[str]], *, under: Sequence[str] = ()
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Parts of this repository as processes, until the block ends.

    Args:
        under: a program that runs each of them, such as strace.
    """
    started = [
        await asyncio.create_subprocess_exec(
            *under,
            sys.executable,
            "-m",
            *command,
            env={**os.environ, "CLAMOUR_TELEGRAM_TOKEN": TOKEN},
        )
        for command in commands
    ]
    try:
        yield started
    finally:
        for process in started:
            if process.returncode is None:
                process.terminate()
        for process in started:
            await process.wait()


if __name__ == "__main__":
    recorded.recorded_run(measure, __doc__, people=PEOPLE, into=RECORD)
