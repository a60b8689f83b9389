"""The database: opening it, and transactions that end well or have never been."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Literal, Self

from sqlalchemy import event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.errors import DatabaseUnavailable
from storage.one_hop import OneHopConnection

Connection = AsyncConnection
"""An open transaction, handed to every function of storage/."""

BUSY_TIMEOUT_SECONDS = 10
READERS = 4

# https://www.sqlite.org/rescode.html: NOMEM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL,
# CANTOPEN, PROTOCOL, NOTADB
_SQLITE_PASSING = {5, 6, 7, 8, 10, 11, 13, 14, 15, 26}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, rollback by conflict,
# out of resources, not in the right state, operator's intervention, system error, read-only
_POSTGRES_PASSING = ("08", "40", "53", "55", "57", "58", "25006")


class Database:
    """One database, for as long as the program runs.

    SQLite has one writer at a time: transactions wait for each other in order. PostgreSQL has as
    many as its pool.
    """

    def __init__(
        self,
        kind: Literal["sqlite", "postgresql"],
        writers: AsyncEngine,
        readers: AsyncEngine,
    ) -> None:
        self.kind = kind
        self._writers = writers
        self._readers = readers
        self._turn = asyncio.Lock() if kind == "sqlite" else None

    @classmethod
    async def open(
        cls, url: str, *, pool_size: int = 10, busy_timeout: float = BUSY_TIMEOUT_SECONDS
    ) -> Self:
        """Open a database that has been migrated; see storage.migrate.

        Args:
            url: "sqlite+aiosqlite:///file" or "postgresql+asyncpg://user@host/name".
            pool_size: connections to PostgreSQL at the most.
            busy_timeout: seconds to wait for another process that is writing.

        Raises:
            DatabaseUnavailable: it does not answer.
            ValueError: another kind of URL.
        """
        match make_url(url).drivername:
            case "sqlite+aiosqlite":
                writers = _sqlite_engine(url, "IMMEDIATE", 1, busy_timeout)
                readers = _sqlite_engine(url, "DEFERRED", READERS, busy_timeout)
                database = cls("sqlite", writers, readers)
            case "postgresql+asyncpg":
                engine = _postgres_engine(url, pool_size, busy_timeout)
                database = cls("postgresql", engine, engine)
            case other:
                raise ValueError(f"{other} is neither sqlite+aiosqlite nor postgresql+asyncpg")
        try:
            async with database.reading():
                pass
        except BaseException:
            await database.close()
            raise
        return database

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Write: all of it is kept when the block ends, and none if it raises or is cancelled.

        Raises:
            DatabaseUnavailable: nothing has been kept; try again later.
        """
        return self._write()

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Read, from one consistent state on SQLite.

        Raises:
            DatabaseUnavailable: try again later.
        """
        return self._read()

    async def close(self) -> None:
        """Close every connection."""
        await self._writers.dispose()
        if self._readers is not self._writers:
            await self._readers.dispose()

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[Connection]:
        if self._turn is None:
            with passing_failures():
                async with self._writers.begin() as connection:
                    yield connection
            return
        async with self._turn:
            with passing_failures():
                async with self._writers.begin() as connection:
                    yield connection

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[Connection]:
        with passing_failures():
            async with self._readers.connect() as connection:
                yield connection


def _postgres_engine(url: str, pool_size: int, patience: float) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,  # a person's answers never show in an error
        connect_args={"timeout": patience},
    )


def _sqlite_engine(url: str, begin: str, connections: int, patience: float) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"timeout": patience},
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(dialect: Any, _: object, arguments: Any, options: Any) -> OneHopConnection:
        plain = dialect.connect(*arguments, **options)
        connection = OneHopConnection(dialect.dbapi, plain._connection)
        connection.begin, connection.begun = "", False
        connection.writes = begin == "IMMEDIATE"
        return connection

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        connection.isolation_level = None  # BEGIN is ours: the driver would begin too late
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if begin == "DEFERRED":
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_now(connection: Any) -> None:
        driver = connection.connection.dbapi_connection
        driver.begin, driver.begun = f"BEGIN {begin}", False

    return engine


@contextmanager
def passing_failures() -> Iterator[None]:
    """Turn what will pass (a lost connection, a full disk, a lock) into DatabaseUnavailable."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or _will_pass(error.orig):
            raise DatabaseUnavailable(type(error.orig).__name__) from error
        raise
    except (PoolTimeout, OSError) as error:
        raise DatabaseUnavailable(type(error).__name__) from error


def _will_pass(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_PASSING
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state.startswith(_POSTGRES_PASSING)
