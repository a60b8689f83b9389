"""Starting a worker, hearing what it finds, and ending it when it takes too much."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio import AbstractEventLoop, IncompleteReadError, Semaphore
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, TypeVar
from weakref import WeakKeyDictionary

import structlog

from campaign.errors import CampaignError
from campaign.worker import frames
from campaign.worker.frames import Kind
from campaign.worker.limits import Limits

log = structlog.get_logger()

Result = TypeVar("Result")
Killed = Literal["time", "memory", "crash"]
AT_ONCE = 3
"""Workers beside each other in one process of the bot; further jobs wait."""

_SECRETS = "CLAMOUR_"
_OUT_OF_TIME = (-signal.SIGALRM, -signal.SIGXCPU)
_turns: WeakKeyDictionary[AbstractEventLoop, Semaphore] = WeakKeyDictionary()


class WorkerDied(CampaignError):
    """A worker has ended without an answer; nothing has been done.

    Attributes:
        why: "time" or "memory" where it took more than it may, else "crash".
    """

    def __init__(self, why: Killed) -> None:
        super().__init__(why)
        self.why = why


async def run(
    function: Callable[..., Result],
    *given: Any,
    limits: Limits,
    on_part: Callable[..., Awaitable[None]] | None = None,
) -> Result:
    """Call a function in a process of its own.

    Args:
        function: of a module, so that the worker can import it. What it is given and gives back is
            pickled; what it gives back is unpickled on the event loop, so anything large goes by
            parts.
        limits: what it may take; it is killed beyond that.
        on_part: called with the arguments of each call of `tell`, a function that the worker's
            `function` is then given as its last argument. The worker waits if this is slow.

    Returns:
        What the function returns.

    Raises:
        CampaignError, campaign.definition.DefinitionError: raised by the function.
        WorkerDied: it took too much, or failed with any other exception, which is logged without
            its words.
    """
    turn = _turns.setdefault(asyncio.get_running_loop(), Semaphore(AT_ONCE))
    async with turn:
        process = await _start()
        try:
            async with asyncio.timeout(limits.seconds):
                job = (function, given, limits, on_part is not None)
                answer: Result = await _converse(process, job, on_part)
                return answer
        except TimeoutError:
            raise WorkerDied("time") from None
        finally:
            await _end(process)


async def _start() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "campaign.worker",
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(os.environ),
        start_new_session=True,
    )


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Without the secrets: who reads files of strangers needs no token."""
    return {name: value for name, value in ours.items() if not name.startswith(_SECRETS)}


async def _converse(
    process: Process, job: Any, on_part: Callable[..., Awaitable[None]] | None
) -> Any:
    assert process.stdin is not None  # noqa: S101 - a pipe
    assert process.stdout is not None  # noqa: S101 - a pipe
    with contextlib.suppress(ConnectionError):  # it has died: its exit code says of what
        process.stdin.write(frames.packed(Kind.JOB, job))
        await process.stdin.drain()
    while True:
        try:
            kind, length = frames.header(await process.stdout.readexactly(frames.HEADER_BYTES))
            said = frames.value(await process.stdout.readexactly(length))
        except (IncompleteReadError, ValueError):
            code = await process.wait()
            log.warning("worker died", code=code)
            raise WorkerDied("time" if code in _OUT_OF_TIME else "crash") from None
        match kind:
            case Kind.PART if on_part is not None:
                await on_part(*said)
            case Kind.RESULT:
                return said
            case Kind.REFUSED:
                raise said
            case Kind.FAULT:
                log.error("worker failed", error=said["error"], where=said["where"])
                raise WorkerDied("memory" if said["error"] == MemoryError.__name__ else "crash")


async def _end(process: Process) -> None:
    """Leave nothing of a worker, nor of what it has started itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
