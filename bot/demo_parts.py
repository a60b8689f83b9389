"""The demo's processes: started, watched and stopped together."""

import asyncio
import fcntl
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from campaign.delivery.wait import pause

READY_WITHIN = 60.0
STOPPED_WITHIN = 10.0
LAST_LINES = 8


class DemoError(Exception):
    """The demo cannot start or go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the demo's processes.

    Attributes:
        log: where all it writes goes.
    """

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LAST_LINES:])


@contextmanager
def alone_in(folder: Path) -> Iterator[int]:
    """Keep a second demo out of the folder.

    The lock is the parts' too: should this process be killed, it holds for as long as they live.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".running").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            numbers = " ".join(file.read().split())
            raise DemoError(
                f"A demo runs in {folder} already, or parts of one. Stop it with Ctrl-C where it "
                f"was started, or: kill {numbers}"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield file.fileno()


@asynccontextmanager
async def part(folder: Path, lock: int, module: str, *arguments: str) -> AsyncIterator[Part]:
    """A process for as long as the context lasts; stopped by SIGTERM, later by force."""
    log = folder / f"{module}.log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=asyncio.subprocess.STDOUT,
            # A Ctrl-C at the terminal is for us alone: the bot goes before its Telegram does.
            start_new_session=True,
            pass_fds=(lock,),
            # Settings of a real bot must not reach this one, its token least of all.
            env={k: v for k, v in os.environ.items() if not k.upper().startswith("CLAMOUR_")},
        )
    os.write(lock, f"{process.pid}\n".encode())
    try:
        yield Part(module, process, log)
    finally:
        await asyncio.shield(_ended(process))


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOPPED_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def until(
    stop: asyncio.Event,
    parts: list[Part],
    ready: Callable[[], Any] | None = None,
) -> None:
    """Wait for `stop`, or until a part answers.

    Raises:
        DemoError: a part has died, or is not ready in time.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_WITHIN
    while not stop.is_set():
        for part in parts:
            if part.process.returncode is not None:
                raise DemoError(
                    f"The {part.name} has stopped by itself (code {part.process.returncode}). "
                    f"The end of {part.log}:\n\n{part.last_words()}"
                )
        if ready is not None:
            if await ready():
                return
            if loop.time() > deadline:
                waited = parts[-1]
                raise DemoError(
                    f"The {waited.name} does not answer after {READY_WITHIN:.0f} seconds. "
                    f"The end of {waited.log}:\n\n{waited.last_words()}"
                )
        await pause(0.1, sooner=stop)


async def calls(address: str) -> Any:
    """What the simulator counts, or None while it does not answer."""
    patience = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.get(f"{address}/control/stats") as answer,
        ):
            return await answer.json() if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None


async def asked_for_updates(address: str) -> bool:
    return _counted(await calls(address), "getUpdates")


def _counted(stats: Any, method: str) -> bool:
    if not isinstance(stats, dict):
        return False
    return bool(stats.get(method)) or any(_counted(value, method) for value in stats.values())
