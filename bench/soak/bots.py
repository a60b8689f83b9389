"""The bots of a soak: processes that are ended and started again under everybody's hands."""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp

from bench import TOKEN
from bench.soak.town import Town

FEWEST_SECONDS = 90.0
MOST_GROWTH_MB = 16.0


class Process(Protocol):
    """What a bot's process can do: one of asyncio's, or a forked one of the tests."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...
    async def wait(self) -> object: ...


Start = Callable[[Path, Path], Awaitable[Process]]
"""Starts a bot with this configuration; what it logs goes to the end of this file."""


async def start(config: Path, log: Path) -> Process:
    """`clamour run`, as an operator does."""
    with log.open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run", "--config", str(config)),
            env={**os.environ, "CLAMOUR_TELEGRAM_TOKEN": TOKEN},
            stderr=errors,
        )


@dataclass
class Bots:
    """One process for each configuration.

    Attributes:
        monitored: where each answers its operator.
        memory: what each process that lives now has held, with when (MB, resident).
    """

    configs: Sequence[Path]
    monitored: Sequence[str]
    log: Path
    begin: Start = start
    processes: list[Process] = field(default_factory=list)
    memory: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    async def start(self) -> None:
        self.processes = [await self.begin(config, self.log) for config in self.configs]

    async def end(self, place: int, *, kill: bool) -> None:
        """kill -9, or as a service manager does."""
        process = self.processes[place]
        if process.returncode is None:
            (process.kill if kill else process.terminate)()
        await process.wait()
        self.memory.pop(process.pid, None)

    async def again(self, place: int) -> None:
        self.memory.pop(self.processes[place].pid, None)
        self.processes[place] = await self.begin(self.configs[place], self.log)

    async def are_up(self, town: Town) -> None:
        """Wait until each takes updates. One that gives up while it starts, because Telegram or the
        database fails it, is started again, as a service manager does."""
        for place in range(len(self.processes)):
            while not await self._is_up(place, town):
                if self.processes[place].returncode is not None:
                    town.done["gave up while starting"] += 1
                    await self.again(place)
                await asyncio.sleep(0.1)
        town.up_since = time.monotonic()

    async def _is_up(self, place: int, town: Town) -> bool:
        """By its own port for monitoring: https://…/readyz."""
        try:
            async with town.session.get(f"{self.monitored[place]}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    def look(self, town: Town) -> None:
        """Note what they hold in memory, and whether one has ended by itself."""
        for process in self.processes:
            if process.returncode is not None:
                continue
            try:
                status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            except OSError:
                continue
            held = next((one for one in status.splitlines() if one.startswith("VmRSS:")), "")
            if held:
                seen = self.memory.setdefault(process.pid, [])
                seen.append((time.monotonic(), int(held.split()[1]) / 1024))
        for line in self._errors():
            town.violated(f"a bot logged: {line}")

    def _errors(self) -> list[str]:
        if not self.log.exists():
            return []
        found = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        self.log.write_text("", encoding="utf-8")
        with self.log.with_suffix(".all").open("a", encoding="utf-8") as kept:
            kept.writelines(f"{line}\n" for line in found)
        return [line[:300] for line in found if '"error"' in line or '"critical"' in line]

    def growth(self) -> list[tuple[float, float, float]]:
        """Of each process that has lived long enough: seconds, MB at first and at last, in the
        second half of its life: in the first one texts are compiled and caches filled."""
        found = []
        for seen in self.memory.values():
            middle = (seen[0][0] + seen[-1][0]) / 2
            warm = [(at, held) for at, held in seen if at >= middle]
            if len(warm) < 8 or warm[-1][0] - warm[0][0] < FEWEST_SECONDS:
                continue
            part = max(2, len(warm) // 5)
            first, last = warm[:part], warm[-part:]
            found.append(
                (
                    warm[-1][0] - warm[0][0],
                    statistics.median(held for _, held in first),
                    statistics.median(held for _, held in last),
                )
            )
        return found
