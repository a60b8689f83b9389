"""Resource limits of one job, set by the worker on itself before it begins."""

import contextlib
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
_STATM = Path("/proc/self/statm")
_OOM_SCORE = Path("/proc/self/oom_score_adj")
_FIRST_TO_GO = "1000"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one job.

    Attributes:
        seconds: on the clock, from the start of the process to its answer.
        cpu_seconds: of work, in each of its processes.
        memory: bytes beyond what the program itself takes once it is loaded.
    """

    seconds: float = 20.0
    cpu_seconds: int = 15
    memory: int = 400 * MEGABYTE


def limit_time(limits: Limits) -> None:
    """Have the kernel end this process when its time is up, whatever it is busy with.

    The alarm is for a worker whose bot was killed: nobody else is there to end it.
    """
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold people's names


def limit_memory(limits: Limits) -> None:
    """Refuse memory beyond what is in use now and the limit; where the machine runs out of it,
    the kernel takes this process before the bot."""
    in_use = 0
    with contextlib.suppress(OSError):
        in_use = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    most = in_use + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def give_way() -> None:
    """Let the bot go first, on the processor and when memory is short."""
    with contextlib.suppress(OSError):
        _OOM_SCORE.write_text(_FIRST_TO_GO)
    with contextlib.suppress(OSError):
        os.nice(10)
