"""Heavy reading in a process of its own, with limits of time and memory.

A regular expression, a parser in C or a long loop holds the interpreter's lock and keeps everybody
waiting, so files that people send are read here: tables, campaign files, and the making of packs.
A worker is started for one job and gone after it, so it takes no memory between jobs. It bounds
what bad input can cost; it is no sandbox for hostile code.
"""

from campaign.worker.limits import Limits
from campaign.worker.process import Killed, WorkerDied, run

__all__ = ["Killed", "Limits", "WorkerDied", "run"]
