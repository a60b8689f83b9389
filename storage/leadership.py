"""Elect one of several processes by a lock that ends with the process.

PostgreSQL gives it to a session and takes it back when the connection ends, for whatever reason
(https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS). SQLite is for one
process, which always leads.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Literal

from sqlalchemy import text

from storage.database import Connection, Database
from storage.errors import DatabaseUnavailable

SECONDS_BETWEEN_TRIES = 2.0
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_STILL_THERE = text("SELECT 1")


@asynccontextmanager
async def leading(database: Database, key: int) -> AsyncIterator[asyncio.Event]:
    """Wait until this process leads; gives an event that is set when it does no longer.

    Args:
        key: which work it is about.
    """
    lost = asyncio.Event()
    if database.kind == "sqlite":
        yield lost
        return
    async with AsyncExitStack() as stack:
        session = await _take(database, key, stack)
        watching = asyncio.create_task(_watch(session, lost))
        try:
            yield lost
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def _take(database: Database, key: int, stack: AsyncExitStack) -> Connection:
    while True:
        with suppress(DatabaseUnavailable):
            async with AsyncExitStack() as attempt:
                session = await attempt.enter_async_context(database.session())
                if await session.scalar(_TRY, {"key": key}):
                    stack.push_async_exit(attempt.pop_all())
                    return session
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)


async def _watch(session: Connection, lost: asyncio.Event) -> None:
    try:
        await _stay(session)
    finally:
        lost.set()


@asynccontextmanager
async def holding(
    database: Database, key: int, *, unless: asyncio.Event
) -> AsyncIterator[asyncio.Event]:
    """As `leading`, for work that goes on while the database is away: it is lost only to another
    process, which has taken it meanwhile.

    Args:
        unless: ends the waiting when it is set, without leading.
    """
    lost = asyncio.Event()
    if database.kind == "sqlite":
        yield lost
        return
    taken = asyncio.Event()
    work = (_hold(database, key, taken, lost), taken.wait(), unless.wait())
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        yield lost
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hold(
    database: Database, key: int, taken: asyncio.Event, lost: asyncio.Event
) -> Literal[True]:
    """Take it and keep it; True when another has taken it from us."""
    while True:
        with suppress(DatabaseUnavailable):
            async with database.session() as session:
                while not await session.scalar(_TRY, {"key": key}):
                    if taken.is_set():
                        lost.set()
                        return True
                    await asyncio.sleep(SECONDS_BETWEEN_TRIES)
                taken.set()
                await _stay(session)
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)


async def _stay(session: Connection) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_TRIES)
        await session.execute(_STILL_THERE)
