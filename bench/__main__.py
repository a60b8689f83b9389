"""`make bench`: run every benchmark, print a table, write bench/results.json.

`python -m bench broadcast` runs that one alone and leaves the others' figures in the file.
"""

import asyncio
import json
import platform
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import (
    answers,
    broadcast,
    browser,
    email_broadcast,
    emails,
    encryption,
    held,
    referrals,
    rubbish,
    share_texts,
    signing,
    stats,
    transport,
    web,
)

RESULTS = Path(__file__).with_name("results.json")
PARTS = {
    "transport": transport,
    "signing": signing,
    "encryption": encryption,
    "broadcast": broadcast,
    "answers": answers,
    "held": held,
    "referrals": referrals,
    "web": web,
    "stats": stats,
    "browser": browser,
    "rubbish": rubbish,
    "emails": emails,
    "email-broadcast": email_broadcast,
    "share-texts": share_texts,
}


async def main(names: list[str]) -> None:
    if unknown := set(names) - PARTS.keys():
        sys.exit(f"There is no {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    rows: list[dict[str, Any]] = []
    for name in names or PARTS:
        rows += await PARTS[name].measure()
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
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["results"] if names else []
    measured = {row["name"]: row for row in rows}
    rows = [measured.pop(row["name"], row) for row in before] + list(measured.values())
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    RESULTS.write_text(
        json.dumps({"machine": machine, "results": rows}, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
