"""The bot as an operator runs it: a process of its own, which can be killed and started again."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tests.e2e.stage import EXAMPLE, ROOT, TOKEN

MODES = ("polling", "webhook")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Killable:
    """One process of the bot.

    Attributes:
        config: the file it reads.
    """

    config: Path
    process: asyncio.subprocess.Process

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        config: Path,
        *,
        api: str,
        database: str,
        hook: str = "",
        port: int = 0,
        rate: int = 30,
    ) -> "AsyncIterator[Killable]":
        """Run a bot until the block ends.

        Args:
            config: where to write its configuration.
            api: the simulator's address.
            database: URL of the storage.
            hook: where updates are to be posted; "" to poll for them.
            port: to listen on.
            rate: messages a second that broadcasts may take.
        """
        configure(config, api, database, hook, port, rate)
        bot = cls(config, await start(config))
        try:
            yield bot
        finally:
            await bot.end()

    async def kill(self) -> None:
        """kill -9."""
        assert self.process.returncode is None, "the bot has ended by itself"
        self.process.kill()
        await self.process.wait()

    async def restart(self) -> None:
        """Start it again after a kill."""
        self.process = await start(self.config)

    async def end(self) -> None:
        """Stop it as a service manager does."""
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


def configure(config: Path, api: str, database: str, hook: str, port: int, rate: int = 30) -> None:
    """Write the file."""
    mode = f'mode = "webhook"\n[webhook]\nurl = "{hook}"\nport = {port}\n' if hook else ""
    config.write_text(
        f'[telegram]\napi_url = "{api}"\nmessages_per_second = {rate}\n{mode}'
        f'[storage]\nurl = "{database}"\n'
        f'[campaigns]\nfiles = ["{EXAMPLE}"]\n[log]\nlevel = "error"\n',
        encoding="utf-8",
    )


async def start(config: Path) -> asyncio.subprocess.Process:
    """`clamour run`."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run", "--config", str(config)),
        cwd=ROOT,
        env={**os.environ, "CLAMOUR_TELEGRAM_TOKEN": TOKEN},
    )


class Hook(TypedDict, total=False):
    """Where a bot is called; nothing of it for one that polls."""

    hook: str
    port: int


def own_hook(mode: str) -> Hook:
    """The arguments of `running` for a bot that Telegram calls itself, or that polls."""
    if mode == "polling":
        return {}
    port = free_port()
    return {"hook": f"http://127.0.0.1:{port}/telegram", "port": port}
