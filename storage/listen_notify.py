"""Wake other processes by PostgreSQL's LISTEN and NOTIFY.

A wake-up may be lost, with its connection or for lack of a listener: listeners poll by
itself now and then all the same.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from storage.database import Connection, Database

CHANNEL = "clamour_wakes"
SECONDS_BETWEEN_PROOFS = 5.0
_NOTIFY = text("SELECT pg_notify(:channel, :name)")
_STILL_THERE = text("SELECT 1")


async def wake(db: Connection, name: str) -> None:
    """Tell all who listen, once the transaction is kept. On SQLite there is nobody else."""
    if db.dialect.name == "postgresql":
        await db.execute(_NOTIFY, {"channel": CHANNEL, "name": name})


async def listen(database: Database, told: Callable[[str], None]) -> None:
    """Be told the names that others wake with; never returns.

    Raises:
        DatabaseUnavailable: the connection is lost; call it again.
    """
    async with database.session() as session:
        driver: Any = (await session.get_raw_connection()).driver_connection
        await driver.add_listener(CHANNEL, lambda *heard: told(heard[-1]))
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_PROOFS)
            await session.execute(_STILL_THERE)
