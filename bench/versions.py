"""Two versions side by side: this checkout and another, in turns, in one run.

    python -m bench.versions ../before --rounds 3 --people 300 --parts signing start broadcast

Prints a row a figure: here, there, and their ratio (above 1: here is better). The processor's time
is that of the bot alone, so it is worth reading on a machine that does much else, too. A checkout
with a `.venv` of its own runs in that.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.bot_process import HERE, start_bot, write_config

MORE_IS_BETTER = ("/s",)
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
IN_CHECKOUT = """
import asyncio, gc, json, sys, time, uvloop
from bench.broadcast import _clamour, server

gc.freeze()  # as `clamour run` has it
gc.set_threshold(50_000, 20, 10)

async def sent():
    async with server("bench.instant_server") as line:
        address, cpu = f"http://127.0.0.1:{int(line)}", time.process_time()
        rate = await _clamour(address, int(sys.argv[1]), 1_000_000)
        return {"messages/s": rate, "CPU s": time.process_time() - cpu}

print(json.dumps(uvloop.run(sent())))
"""

Figures = dict[str, float]


async def signing(checkout: Path, people: int) -> Figures:
    """A crowd that signs, as in bench/signing.py."""
    with tempfile.TemporaryDirectory() as folder:
        return await _crowd(checkout, Path(folder), people, min(people, 100))


async def start(checkout: Path, _: int) -> Figures:
    """To the first signature, and at rest afterwards; the first time, which makes the database,
    and again."""
    with tempfile.TemporaryDirectory() as folder:
        first = await _crowd(checkout, Path(folder), 1, 1)
        again = await _crowd(checkout, Path(folder), 1, 1, before=1)
    figures = {name: again[name] for name in ("seconds", "CPU s", "MB")}
    return {"first CPU s": first["CPU s"], **figures}


async def broadcast(checkout: Path, people: int) -> Figures:
    """A broadcast with no limit, as in bench/broadcast.py, to ten times as many people."""
    process = await asyncio.create_subprocess_exec(
        _python(checkout),
        *("-c", IN_CHECKOUT, str(people * 10)),
        cwd=checkout,
        env=_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    figures: Figures = json.loads(said)
    return figures


async def _crowd(
    checkout: Path, folder: Path, people: int, at_once: int, *, before: int = 0
) -> Figures:
    crowd = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bench.crowd", "--people", str(people), "--at-once", str(at_once)),
        *("--before", str(before)),
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert crowd.stdout is not None
    address = f"http://127.0.0.1:{int(await crowd.stdout.readline())}"
    config = write_config(folder, address, checkout=checkout)
    began = time.perf_counter()
    bot = await start_bot(
        config, python=_python(checkout), checkout=checkout, environment=_environment()
    )
    try:
        said = json.loads(await crowd.stdout.readline())
        took = time.perf_counter() - began
        return {
            "signatures/s": said["signatures_per_second"],
            "p50 ms": said["p50_ms"],
            "p99 ms": said["p99_ms"],
            "seconds": took,
            **_used(bot.pid),
        }
    finally:
        for process in (bot, crowd):
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _python(checkout: Path) -> str:
    own = checkout / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def _environment() -> dict[str, str]:
    """What an installed program has: compiled modules, which the first run of each writes."""
    return {name: value for name, value in os.environ.items() if name != NO_BYTECODE}


def _used(pid: int) -> Figures:
    """What a process has taken of processor and memory (proc_pid_stat(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return {
        "CPU s": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        "MB": pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000,
    }


PARTS: dict[str, Callable[[Path, int], Awaitable[Figures]]] = {
    "signing": signing,
    "start": start,
    "broadcast": broadcast,
}


async def main(other: Path, rounds: int, people: int, parts: list[str]) -> None:
    """Measure in turns, so that neither has the quieter half of the run, and print medians."""
    for part in parts:
        found: dict[Path, dict[str, list[float]]] = {c: defaultdict(list) for c in (HERE, other)}
        for number in range(rounds):
            for checkout in (HERE, other) if number % 2 else (other, HERE):
                for name, value in (await PARTS[part](checkout, people)).items():
                    found[checkout][name].append(value)
        for name, values in found[HERE].items():
            here, there = statistics.median(values), statistics.median(found[other][name])
            ratio = here / there if name.endswith(MORE_IS_BETTER) else there / here
            print(f"{part:10} {name:13} here {here:9.2f}  there {there:9.2f}  {ratio:5.2f}x")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("other", type=Path)
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--people", type=int, default=300)
    given.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS))
    asked = given.parse_args()
    asyncio.run(main(asked.other.resolve(), asked.rounds, asked.people, asked.parts))
