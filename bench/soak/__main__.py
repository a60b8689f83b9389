"""`python -m bench.soak`: let it happen, print what was done and what was not as promised."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.soak.course import Plan, soak
from bench.soak.town import Town


def main() -> None:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--workers", type=int, default=0, help="2 on PostgreSQL, 1 on SQLite")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    given = parser.parse_args()
    workers = given.workers or (2 if given.engine == "postgresql" else 1)
    plan = Plan(
        engine=given.engine,
        seed=given.seed,
        seconds=given.minutes * 60,
        people=given.people,
        workers=workers,
    )
    print(f"soak: {given.minutes:g} minutes, {plan.engine}, seed {plan.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clamour-soak-") as folder:
        town = asyncio.run(soak(plan, Path(folder)))
    _tell(town)
    print(f"{time.monotonic() - began:.0f} s, seed {plan.seed}")
    sys.exit(1 if town.violations else 0)


def _tell(town: Town) -> None:
    table = Table("what", "times")
    for what, often in sorted(town.done.items()):
        table.add_row(what, f"{often:,}")
    Console().print(table)
    for one in town.confused[:20]:
        print("looked again:", one)
    print(f"{len(town.confused)} looked again, {len(town.violations)} promises not kept")


if __name__ == "__main__":
    main()
