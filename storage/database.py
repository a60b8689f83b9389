"""Open the database; run transactions that commit or leave no trace."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import aiosqlite
from sqlalchemy import NullPool, event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.driver_errors import reaching, refuse_plainly, translated
from storage.encryption import columns
from storage.encryption import state as encryption_state
from storage.errors import DatabaseDamaged
from storage.group_commit import GroupCommit
from storage.sqlite_driver import OneHopConnection, ReadingConnection, WritingConnection, connected
from storage.types import to_json

if TYPE_CHECKING:
    from storage.encryption.keyring import Keyring

Connection = AsyncConnection
"""An open transaction, handed to every function of storage/."""

BUSY_TIMEOUT_SECONDS = 10
READERS = 4

CONNECTED_AS = "clamour"
"""What connections that read and write people's data are called in PostgreSQL."""

_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """One database, for as long as the program runs.

    SQLite has one writer at a time: transactions wait for each other in order, and those that wait
    are committed together. PostgreSQL has as many writers as its pool.
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
        self.took: Callable[[float], None] = lambda seconds: None
        """Told how long each transaction took, from waiting for its turn to the disk."""
        self._group_commit = GroupCommit(writers) if kind == "sqlite" else None

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        keyring: "Keyring | None" = None,
        pool_size: int = 10,
        busy_timeout: float = BUSY_TIMEOUT_SECONDS,
    ) -> Self:
        """Open a database that has been migrated; see storage.migrate.

        Args:
            url: "sqlite+aiosqlite:///file" or "postgresql+asyncpg://user@host/name".
            keyring: what people wrote is sealed with it, from the beginning if nobody is in the
                database yet; None: it is plain.
            pool_size: connections to PostgreSQL at the most.
            busy_timeout: seconds to wait for another process that is writing.

        Raises:
            DatabaseUnavailable: it does not answer.
            WrongKeys: the database is sealed otherwise.
            ValueError: another kind of URL, or no file.
        """
        database = cls._at(url, pool_size, busy_timeout)
        try:
            database._hang_up(keyring)
            await database._agree(keyring)
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def open_raw(cls, url: str) -> Self:
        """Open a database as it lies there, sealed or not, to look at it or to rewrite it: none of
        its sealed columns can be read or written but as what they really are.

        Raises:
            DatabaseUnavailable: it does not answer.
        """
        database = cls._at(url, 2, BUSY_TIMEOUT_SECONDS, called=f"{CONNECTED_AS} db")
        try:
            async with database.reading():
                pass
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    def _at(
        cls, url: str, pool_size: int, busy_timeout: float, *, called: str = CONNECTED_AS
    ) -> Self:
        address = make_url(url)
        match address.drivername:
            case "sqlite+aiosqlite" if address.database in (None, "", ":memory:"):
                raise ValueError("a database in memory is lost with the process: name a file")
            case "sqlite+aiosqlite":
                writers = _sqlite_engine(url, True, 1, busy_timeout)
                readers = _sqlite_engine(url, False, READERS, busy_timeout)
                return cls("sqlite", writers, readers)
            case "postgresql+asyncpg":
                engine = _postgres_engine(url, pool_size, busy_timeout, called)
                return cls("postgresql", engine, engine.execution_options(**_SNAPSHOT))
            case other:
                raise ValueError(f"{other} is neither sqlite+aiosqlite nor postgresql+asyncpg")

    def _hang_up(self, keyring: "Keyring | None") -> None:
        for engine in (self._writers, self._readers):
            columns.attach_keyring(engine.dialect, keyring)

    async def _agree(self, keyring: "Keyring | None") -> None:
        async with self.reading() as db:
            state = await encryption_state.of(db)
        if keyring is not None and state == encryption_state.PLAIN:
            async with self.transaction() as db:
                state = await encryption_state.begin(db, keyring.current.id)
        encryption_state.must_fit(state, keyring)

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Write: all of it is kept when the block ends, and none if it raises or is cancelled.

        Raises:
            DatabaseUnavailable: nothing has been kept; try again later.
            StorageError: nothing has been kept; the next time will be no better.
        """
        return self._timed(
            self._group_commit.transaction() if self._group_commit else self._write()
        )

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Read, from one consistent state: what others write meanwhile is not seen.

        Raises:
            DatabaseUnavailable: try again later; also for an attempt to write.
        """
        return self._read()

    def session(self) -> AbstractAsyncContextManager[Connection]:
        """A connection of one's own without transactions, for locks that last as long as it does.

        Raises:
            DatabaseUnavailable: try again later.
        """
        return self._session()

    async def scrub(self) -> bool:
        """Leave nothing of what has been erased in SQLite's write-ahead log
        (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). For PostgreSQL it does nothing:
        what stays in its logs and free space is the disk's to protect (docs/operator.md).

        Returns:
            False if somebody was just reading: try again soon.
        """
        if self.kind != "sqlite":
            return True
        async with self._own_sqlite(0.2) as sqlite:  # writers wait meanwhile
            (told,) = await sqlite.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(told[0] == 0)

    async def rewrite_file(self) -> None:
        """Leave nothing of what has been erased on the pages of SQLite's file; scrub empties the
        log after it. `secure_delete` overwrites a row where it stood last, not the copies that stay
        behind when a page is split: only VACUUM does (https://www.sqlite.org/lang_vacuum.html). It
        takes about a second for each 100 MB, in which those wait who want to write. For PostgreSQL
        it does nothing, as scrub. Cancelled, it is broken off as soon as SQLite lets it be.

        Raises:
            DatabaseUnavailable: another process writes, or the disk is full: try again later.
        """
        if self._group_commit is None:
            return
        async with self._group_commit.at_rest(), self._own_sqlite(BUSY_TIMEOUT_SECONDS) as sqlite:
            try:
                await sqlite.execute_fetchall("VACUUM")
            except asyncio.CancelledError:
                await sqlite.interrupt()  # else its thread goes on, and nobody else can write
                raise

    def file_size(self) -> int:
        """Bytes of SQLite's file, without its log; 0 for PostgreSQL."""
        return Path(self._writers.url.database or "").stat().st_size if self._group_commit else 0

    async def rewrite_tables(self, tables: Sequence[str]) -> None:
        """Leave nothing on the database's pages of what these tables held before. Nobody else may
        use it meanwhile (https://www.postgresql.org/docs/current/sql-vacuum.html)."""
        if self.kind == "sqlite":
            await self.rewrite_file()
            await self.scrub()
            return
        async with self._session() as connection:
            for table in tables:
                await connection.exec_driver_sql(f"VACUUM FULL {table}")

    async def close(self) -> None:
        """Close every connection."""
        await self._writers.dispose()
        await self._readers.dispose()

    @asynccontextmanager
    async def _timed(
        self, transaction: AbstractAsyncContextManager[Connection]
    ) -> AsyncIterator[Connection]:
        begun = time.perf_counter()
        try:
            async with transaction as connection:
                yield connection
        finally:
            self.took(time.perf_counter() - begun)

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[Connection]:
        async with AsyncExitStack() as stack:
            with reaching():
                connection = await stack.enter_async_context(self._writers.connect())
            with translated():
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def _own_sqlite(self, patience: float) -> AsyncIterator[aiosqlite.Connection]:
        """A connection without SQLAlchemy, which leaves one open that is cancelled as it opens."""
        file = self._writers.url.database or ""
        with translated():
            sqlite = await connected(file, timeout=patience, factory=WritingConnection)
            try:
                yield sqlite
            finally:
                await sqlite.close()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Connection]:
        engine = create_async_engine(
            self._writers.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        )
        async with AsyncExitStack() as stack:
            with reaching():
                connection = await stack.enter_async_context(engine.connect())
            with translated():
                yield connection

    @asynccontextmanager
    async def _read(self) -> AsyncIterator[Connection]:
        with translated():  # the end, too: it is a ROLLBACK, which a lost connection fails
            async with AsyncExitStack() as stack:
                with reaching():
                    connection = await stack.enter_async_context(self._readers.connect())
                try:
                    with translated():
                        yield connection
                except DatabaseDamaged:
                    await connection.invalidate()  # it would go on reading the bad pages it keeps
                    raise


def _postgres_engine(url: str, pool_size: int, patience: float, called: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=patience,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # a person's answers never show in an error
        json_serializer=to_json,
        connect_args={"timeout": patience, "server_settings": {"application_name": called}},
    )
    refuse_plainly(engine)
    return engine


def _sqlite_engine(url: str, writes: bool, connections: int, patience: float) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        json_serializer=to_json,
        connect_args={
            "timeout": patience,
            "async_creator_fn": connected,
            "factory": WritingConnection if writes else ReadingConnection,
        },
    )

    refuse_plainly(engine)

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(dialect: Any, _: object, arguments: Any, options: Any) -> OneHopConnection:
        plain = dialect.connect(*arguments, **options)
        connection = OneHopConnection(dialect.dbapi, plain._connection)
        connection.begin = "BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED"
        connection.writes = writes
        connection.has_begun = False
        return connection

    return engine
