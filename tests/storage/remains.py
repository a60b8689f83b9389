"""Rows whose copies stay behind in SQLite's file when they are deleted."""

import random
import re
from pathlib import Path

from sqlalchemy import text

from storage.database import Database


async def leave_remains(database: Database) -> set[str]:
    """Write and delete until pages have been split; gives what has not been deleted."""
    numbers, live = random.Random(1), dict[str, None]()
    delete = text("DELETE FROM notes WHERE words = :words")
    async with database.transaction() as db:
        await db.execute(text("CREATE TABLE notes (words TEXT PRIMARY KEY, more TEXT)"))
        for _ in range(3_000):
            if numbers.random() < 0.35 and live:
                gone = numbers.choice(list(live))
                del live[gone]
                await db.execute(delete, {"words": gone})
            else:
                note = {"words": f"~note {numbers.randbytes(9).hex()}~"}
                live[note["words"]] = None
                note["more"] = "-" * numbers.randrange(600)
                await db.execute(text("INSERT INTO notes VALUES (:words, :more)"), note)
        kept = {note for place, note in enumerate(live) if place % 2}
        for gone in set(live) - kept:
            await db.execute(delete, {"words": gone})
    return kept


def legible(folder: Path) -> set[str]:
    """Every one that can be read in the files of a folder."""
    held = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    return {found.decode() for found in re.findall(rb"~note [0-9a-f]{18}~", held)}
