"""Runs that take too long for `make bench`: made by hand, and recorded in a file of their own."""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def recorded_run(
    measure: Callable[[int], Awaitable[Mapping[str, Any]]],
    about: str | None,
    *,
    people: int,
    into: Path,
) -> None:
    """Measure with as many people as the command line says, print a table, and write the figures.

    Args:
        about: what `--help` says.
        people: how many, if it is not said.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--people", type=int, default=people)
    given = parser.parse_args()

    async def run() -> Mapping[str, Any]:
        return await measure(given.people)

    figures = asyncio.run(run())
    table = Table("what", "measured")
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    Console().print(table)
    into.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
