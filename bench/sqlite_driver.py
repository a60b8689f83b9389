"""SQLite by our driver and by SQLAlchemy's, in turns: processor's time of a transaction.

`python -m bench.sqlite_driver` prints a row for each number of statements. It is about
storage/sqlite_driver.py, which leans on private parts of libraries: drop it when it gains little.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import uvloop
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database import BUSY_TIMEOUT_SECONDS, _sqlite_engine
from storage.migrate import upgrade
from storage.sqlite_driver import WritingConnection

ROUNDS, TRANSACTIONS = 5, 150
READ = text("SELECT * FROM supporters WHERE id = :id")
WRITE = text("UPDATE dialogs SET step = 'x' WHERE supporter_id = 1")


def stock(url: str) -> AsyncEngine:
    """SQLAlchemy's own way, with the same settings."""
    arguments = {"factory": WritingConnection, "timeout": BUSY_TIMEOUT_SECONDS}
    engine = create_async_engine(url, pool_size=1, connect_args=arguments)

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def milliseconds(engine: AsyncEngine, statements: int) -> float:
    """The processor's time of one transaction, of this process with all its threads."""
    began = time.process_time()
    for _ in range(TRANSACTIONS):
        async with engine.begin() as db:
            for number in range(statements - 1):
                (await db.execute(READ, {"id": number})).all()
            await db.execute(WRITE)
    return (time.process_time() - began) / TRANSACTIONS * 1000


async def main() -> None:
    """Print medians."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'clamour.db'}"
        await upgrade(url)
        engines = {"ours": _sqlite_engine(url, True, 1, BUSY_TIMEOUT_SECONDS), "stock": stock(url)}
        for statements in (2, 4, 8):
            took: dict[str, list[float]] = defaultdict(list)
            for _ in range(ROUNDS):
                for name, engine in engines.items():
                    took[name].append(await milliseconds(engine, statements))
            ours, theirs = (statistics.median(took[name]) for name in engines)
            print(f"{statements} statements: {ours:.2f} ms, stock {theirs:.2f} ms")
        for engine in engines.values():
            await engine.dispose()


if __name__ == "__main__":
    uvloop.run(main())
