"""What ends a process that reads it: stands in for a fault in a parser that nobody knows of yet."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from campaign.errors import CampaignError
from campaign.paper.check_table import Person, understand_by_pages
from campaign.paper.report import Report

MARK = b"poison"


class Refused(CampaignError):
    """A rule stands in the way."""


def read_table(
    content: bytes,
    columns: Mapping[str, int] | None,
    answers: Mapping[str, str],
    needs_postcode: bool,
    only_uk: bool,
    tell: Callable[[list[Person]], None],
) -> Report:
    """Read a table, unless it is poisoned."""
    if MARK in content:
        die()
    return understand_by_pages(content, columns, answers, needs_postcode, only_uk, tell)


def make_pack(job: Path, tell: Callable[[str, int, int], None]) -> None:
    """Make no pack, but die."""
    die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def double(number: int) -> int:
    return 2 * number


def count(most: int, tell: Callable[..., None]) -> str:
    for number in range(most):
        tell(number, most)
    return "counted"


def refuse() -> None:
    raise Refused("for a reason")


def fail(words: str) -> None:
    raise ValueError(words)


def spin() -> None:
    while True:
        pass


def hold(path: Path) -> None:
    """Write down the number of this process, and stay."""
    path.write_text(str(os.getpid()))
    time.sleep(60)


def eat() -> int:
    return len(b"x" * 10_000_000_000)


def secrets() -> dict[str, Any]:
    return {name: value for name, value in os.environ.items() if "CLAMOUR" in name}
