"""`make bench`: run every benchmark, print a table, write bench/results.json."""

import asyncio
import json
import platform
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import broadcast, referrals, signing, transport

RESULTS = Path(__file__).with_name("results.json")


async def main() -> None:
    rows: list[dict[str, Any]] = []
    for part in (transport, signing, broadcast, referrals):
        rows += await part.measure()
    table = Table("what", "Clamour", "peer", "ratio", "unit")
    for row in rows:
        table.add_row(
            row["name"],
            str(row["value"]),
            f"{row['peer_value']} ({row['peer']})",
            f"{row['ratio']}x",
            row["unit"],
        )
    Console().print(table)
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    RESULTS.write_text(
        json.dumps({"machine": machine, "results": rows}, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    asyncio.run(main())
