"""The bot as an operator runs it: a process of its own, which can be killed and started again."""

import os
import random
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tests.e2e import forkserver
from tests.stage.bot import EXAMPLE, ROOT, TOKEN

MODES = ("polling", "webhook")
_given: deque[int] = deque(maxlen=200)
"""The ports that were given out last: their bots may not listen yet."""


def free_port() -> int:
    """A port of this machine that nobody listens on, and that stays free for a bot.

    Not one that the system hands out itself: while a killed bot is away, the system would give its
    port to the next connection that anybody opens. Workers of the suite choose from parts of their
    own. Nor one that was given out a moment ago, to a bot that does not listen yet.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    mine = range(20_000 + worker % 8 * 1_000, 21_000 + worker % 8 * 1_000)
    for port in random.sample(mine, len(mine)):
        if port in _given:
            continue
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            _given.append(port)
            return port
    raise OSError("every port of this worker is taken")


@dataclass
class Killable:
    """One process of the bot.

    Attributes:
        config: the file it reads.
        clock: the file that says what time it is; None for the time it is.
    """

    config: Path
    process: forkserver.Forked
    clock: Path | None = None

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
        clock: Path | None = None,
        sections: str = "",
    ) -> "AsyncIterator[Killable]":
        """Run a bot until the block ends.

        Args:
            config: where to write its configuration.
            api: the simulator's address.
            database: URL of the storage.
            hook: where updates are to be posted; "" to poll for them.
            port: to listen on.
            rate: messages a second that broadcasts may take.
            clock: a file with the time that it is to begin with, if not the time it is.
            sections: more of its configuration, as TOML.
        """
        configure(config, api, database, hook, port, rate, sections)
        bot = cls(config, await start(config, clock), clock)
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
        self.process = await start(self.config, self.clock)

    async def end(self) -> None:
        """Stop it as a service manager does."""
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


def configure(
    config: Path,
    api: str,
    database: str,
    hook: str,
    port: int,
    rate: int = 30,
    sections: str = "",
) -> None:
    """Write the file."""
    mode = f'mode = "webhook"\n[webhook]\nurl = "{hook}"\nport = {port}\n' if hook else ""
    config.write_text(
        f'[telegram]\napi_url = "{api}"\nmessages_per_second = {rate}\n{mode}'
        f'[storage]\nurl = "{database}"\n'
        f'[campaigns]\nfiles = ["{EXAMPLE}"]\n[log]\nlevel = "error"\n{sections}',
        encoding="utf-8",
    )


async def start(config: Path, clock: Path | None = None) -> forkserver.Forked:
    """`clamour run`."""
    arguments = ["run", "--config", str(config), *(["--clock", str(clock)] if clock else [])]
    return await forkserver.clamour(
        *arguments, cwd=ROOT, environment={"CLAMOUR_TELEGRAM_TOKEN": TOKEN}
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
