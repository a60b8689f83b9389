"""`make mutation` ends with this: for each module, how many of the changes made to it were noticed.

Reads what mutmut leaves in mutants/. What no chosen test reaches is not counted as noticed.
"""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

NOTICED = {1, 3, -24, 24, 36, 152, 255}
"""Exit codes: a test failed, or the change went round in circles until the time was up."""


def main() -> None:
    table = Table("module", "changes", "noticed", "survived", "no test", "noticed %")
    for file in sorted(Path("mutants").rglob("*.py.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        tried = [code for code in codes if code is not None]
        if not tried:
            continue
        noticed = sum(code in NOTICED for code in tried)
        survived = tried.count(0)
        share = f"{noticed / len(tried):.0%}"
        module = ".".join(file.relative_to("mutants").with_suffix("").with_suffix("").parts)
        counts = (len(tried), noticed, survived, len(tried) - noticed - survived)
        table.add_row(module, *map(str, counts), share)
    Console().print(table)


if __name__ == "__main__":
    main()
