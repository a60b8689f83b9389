"""Bots started quickly: forked from a process that has read their program but run none of it.

Reading it takes ten times as long as starting; the crash tests start a bot a hundred times. What
is forked has no loop, no thread and no connection yet, and is a process of its own to kill -9.
"""

import asyncio
import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import bot.application
import bot.cli
import bot.cli.run
import bot.intake.polling
from messages import bot_texts

list(bot_texts().compile())


class Forked:
    """A bot in a process of its own, by the names of asyncio.subprocess.Process."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> None:
        await asyncio.to_thread(self._process.join)


async def clamour(
    *arguments: str, cwd: Path, environment: dict[str, str], log: Path | None = None
) -> Forked:
    """The command with these arguments; what it logs goes to the end of a file, if given."""
    given = (arguments, cwd, environment, log)
    process = _context().Process(target=_run, args=given, daemon=True)
    await asyncio.to_thread(process.start)
    return Forked(process)


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _run(
    arguments: tuple[str, ...], cwd: Path, environment: dict[str, str], log: Path | None
) -> None:
    if log is not None:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), sys.stderr.fileno())
    os.chdir(cwd)
    os.environ.update(environment)
    sys.argv = ["clamour", *arguments]
    bot.cli.app(prog_name="clamour")
