"""python -m packs FOLDER: make the pack of a job; says how far it is, a line of JSON at a time."""

import json
import os
import sys
import traceback
from pathlib import Path

from packs.making import make


def main() -> None:
    """Make it; what is made is for nobody else's eyes. A fault is told without its words, which may
    quote a signature."""
    os.umask(0o077)
    try:
        make(Path(sys.argv[1]), _tell)
    except Exception as fault:
        where = "".join(traceback.format_tb(fault.__traceback__))
        sys.stderr.write(f"{where}{type(fault).__name__}\n")
        raise SystemExit(1) from None


def _tell(stage: str, done: int, of: int) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "done": done, "of": of}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
