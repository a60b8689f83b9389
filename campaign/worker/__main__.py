"""python -m campaign.worker: do one job that is given on standard input, within its limits."""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from campaign.worker import frames
from campaign.worker.frames import Kind
from campaign.worker.limits import give_way, limit_memory, limit_time


def main() -> None:
    """Do the job; what else is printed goes nowhere, as it may quote what was read."""
    os.umask(0o077)
    give_way()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    function, given, limits, by_parts = frames.read(sys.stdin.buffer)
    threading.Thread(target=_end_with_the_bot, daemon=True).start()
    limit_time(limits)
    limit_memory(limits)

    def tell(*part: Any) -> None:
        _say(answers, Kind.PART, part)

    kind, said = _done(function, (*given, tell) if by_parts else given)
    _say(answers, kind, said)


def _done(function: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Kind, Any]:
    from campaign.definition.problems import DefinitionError
    from campaign.errors import CampaignError

    try:
        return Kind.RESULT, function(*given)
    except (CampaignError, DefinitionError) as refused:
        return Kind.REFUSED, refused.with_traceback(None)
    except BaseException as fault:  # its words may quote what was read
        where = "".join(traceback.format_tb(fault.__traceback__))[-2_000:]
        return Kind.FAULT, {"error": type(fault).__name__, "where": where}


def _say(answers: BinaryIO, kind: Kind, value: Any) -> None:
    answers.write(frames.packed(kind, value))
    answers.flush()


def _end_with_the_bot() -> None:
    """The bot holds the other end of standard input for as long as it wants an answer."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
