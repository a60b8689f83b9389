"""Heavy reading in a process of its own, with limits of time and memory.

Whatever is made of a file that a person has sent, a table, a campaign file, a pack, is done here and
never in the bot: a regular expression, a parser in C or a long loop holds the interpreter's lock,
and with it everybody's answers. The worker is started for one job and gone after it, so it takes no
memory between jobs. It is no sandbox against code: it bounds what bad input can cost.
"""

from campaign.worker.limits import Limits
from campaign.worker.process import Killed, WorkerDied, run

__all__ = ["Killed", "Limits", "WorkerDied", "run"]
