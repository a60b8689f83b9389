"""Bots started quickly: forked from a process that has read their program but run none of it.

Reading it takes ten times as long as starting; the crash tests start a bot a hundred times. What
is forked has no loop, no thread and no connection yet, and is a process of its own to kill -9.
"""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
import warnings
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path


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
    process = context().Process(target=_run, args=given, daemon=True)
    await asyncio.to_thread(process.start)
    return Forked(process)


def ran(
    *arguments: str, cwd: Path, environment: dict[str, str], typed: str = "", within: float
) -> "subprocess.CompletedProcess[str]":
    """Run the command until it ends, as subprocess.run does; a warning is an error in it.

    Raises:
        subprocess.TimeoutExpired: it has not ended; it is killed.
    """
    with tempfile.TemporaryDirectory(prefix="clamour-ran-") as folder:
        files = [Path(folder, name) for name in ("in", "out", "err")]
        files[0].write_text(typed, "utf-8")
        given = (arguments, cwd, environment, files)
        process = context().Process(target=_run_between, args=given, daemon=True)
        process.start()
        process.join(within)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, within)
        out, err = (file.read_text("utf-8") for file in files[1:])
    return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


def context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.read_program", __name__])
    return context


def _run(
    arguments: tuple[str, ...], cwd: Path, environment: dict[str, str], log: Path | None
) -> None:
    if log is not None:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), sys.stderr.fileno())
    os.environ.update(environment)
    _be_clamour(arguments, cwd)


def _run_between(
    arguments: tuple[str, ...], cwd: Path, environment: dict[str, str], files: list[Path]
) -> None:
    for number, file in enumerate(files):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as the process has it
    os.environ.clear()
    os.environ.update(environment)
    warnings.simplefilter("error")
    _be_clamour(arguments, cwd)


def _be_clamour(arguments: tuple[str, ...], cwd: Path) -> None:
    import bot.cli  # here: it has been read by then

    os.chdir(cwd)
    sys.argv = ["clamour", *arguments]
    bot.cli.app(prog_name="clamour")
