"""The whole bot as a process, with onlookers, that can be measured and killed."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.bot_process import start_bot, write_config
from bench.listeners import prepared
from campaign.broadcasts import states
from storage import broadcasts
from storage.broadcasts import Broadcast


class WatchedBot:
    """`clamour run` with a database of very many people who hear updates."""

    def __init__(
        self, folder: Path, listeners: int, *, people: int, every: float, rate: float
    ) -> None:
        self._folder, self._listeners = folder, listeners
        self._people, self._every, self._rate = people, every, rate

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this lasts, people ask and are answered."""
        self._database, self._draft = await prepared(self._folder / "clamour.db", self._listeners)
        self._onlookers = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bench.onlookers", "--people", str(self._people), "--every", str(self._every)),
            *("--listeners", str(self._listeners)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._onlookers.stdout is not None
        port = int(await self._onlookers.stdout.readline())
        storage = f'[storage]\nurl = "sqlite+aiosqlite:///{self._folder / "clamour.db"}"\n'
        self._config = write_config(
            self._folder, f"http://127.0.0.1:{port}", storage, rate=self._rate
        )
        await self.start()
        try:
            yield
        finally:
            for process in (self._bot, self._onlookers):
                if process.returncode is None:
                    process.terminate()
                await process.wait()
            await self._database.close()

    async def start(self) -> None:
        self._bot = await start_bot(self._config)

    async def kill(self) -> None:
        """kill -9."""
        self._bot.send_signal(signal.SIGKILL)
        await self._bot.wait()

    async def send(self) -> float:
        """Begin the broadcast, as staff's tap does; gives when (time.monotonic)."""
        async with self._database.transaction() as db:
            await states.start(db, self._draft, now=datetime.now(UTC))
        return time.monotonic()

    async def broadcast(self) -> Broadcast:
        async with self._database.reading() as db:
            found = await broadcasts.of(db, self._draft)
        assert found is not None
        return found

    async def figures(self) -> dict[str, float]:
        """What the onlookers have seen since they were asked last (bench.onlookers)."""
        assert self._onlookers.stdin is not None
        assert self._onlookers.stdout is not None
        self._onlookers.stdin.write(b"\n")
        await self._onlookers.stdin.drain()
        told: dict[str, float] = json.loads(await self._onlookers.stdout.readline())
        return told

    def memory(self) -> float:
        """What the bot holds in memory now (MB, resident)."""
        status = Path(f"/proc/{self._bot.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
