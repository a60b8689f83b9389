"""Run SQLite with as few trips to its thread as possible.

SQLAlchemy's adapter for aiosqlite makes four trips for a SELECT (open a cursor, execute, fetch,
close), and one more to roll back what has been committed. A trip costs several times what the
statement does. Here BEGIN and the first statement are one trip, because BEGIN may have to wait for
another process; COMMIT is one, because it waits for the disk; and between them a writer's
statements, which own the lock and touch a few rows by their index, run where they are.

It leans on private parts of both libraries, which are pinned exactly. Without it a transaction of
four statements takes 2.8 ms of processor instead of 1.8, one of eight 5.3 instead of 2.3 (`python
-m bench.sqlite_driver`; on a busy machine, so read the ratio). What that makes of a whole signature
has not been measured.
"""

import collections
import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiosqlite
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_cursor
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection


class ReadingConnection(sqlite3.Connection):
    """SQLite as we want it, from the moment it is open, and for reading."""

    pragmas: tuple[str, ...] = (
        "synchronous=FULL",  # what is acknowledged survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten, not only forgotten
        "recursive_triggers=ON",  # so that REPLACE cannot get round the append-only triggers
        "query_only=ON",
    )

    def __init__(self, database: str, *, timeout: float, **options: Any) -> None:
        # BEGIN is ours: the driver would begin too late. A file that has gone (a disk that is not
        # mounted) is not created again: an empty database would lose what comes.
        options |= {"isolation_level": None, "uri": True}
        super().__init__(f"file:{quote(database)}?mode=rw", timeout=timeout, **options)
        try:
            self._use_wal(time.monotonic() + timeout)
            for pragma in self.pragmas:
                self.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        # Nobody has one whose opener was cancelled; Python 3.13 would warn that it is not closed.
        with contextlib.suppress(sqlite3.ProgrammingError):
            self.close()

    def _use_wal(self, deadline: float) -> None:
        """Let readers and the writer not wait for each other. The first connection to a file
        changes it; SQLite does not wait here for others that do the same or are migrating."""
        while True:
            try:
                return self.execute("PRAGMA journal_mode=WAL").close()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.01)


class WritingConnection(ReadingConnection):
    """The same, for writing."""

    pragmas = ReadingConnection.pragmas[:-1]


async def connected(*args: Any, **options: Any) -> aiosqlite.Connection:
    """Connect; a failure leaves no thread behind that would report to a loop long closed."""
    connection = aiosqlite.connect(*args, **options)
    connection._thread.daemon = True  # as SQLAlchemy has it: a crash does not wait for it
    try:
        return await connection
    except Exception:
        connection._thread.join()
        raise


@dataclass(frozen=True, slots=True)
class _Done:
    """What is left to know of a cursor that has done its work and is closed."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()
    arraysize: int = 1


class _OneHopCursor(AsyncAdapt_dbapi_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = _Done()  # type: ignore[assignment]
        self._soft_closed_memoized = {"description": None}  # type: ignore[assignment]
        self._rows = collections.deque()

    @property
    def description(self) -> Any:
        return self._cursor.description

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._do(_execute, operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._do(_execute_many, operation, seq_of_parameters)

    async def _do(self, work: Any, operation: Any, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            connection: Any = self._connection
            adapted: Any = self._adapt_connection
            if not adapted.has_begun:
                adapted.has_begun = True
                done = await connection._execute(
                    _begun, adapted.begin, work, connection._conn, operation, parameters
                )
            elif adapted.writes:
                adapted.check_still_begun()
                done = work(connection._conn, operation, parameters)
            else:
                done = await connection._execute(work, connection._conn, operation, parameters)
        self._cursor = done
        self._rows = collections.deque(done.rows)

    def close(self) -> None:
        self._rows.clear()


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose every statement is one trip at the most.

    Attributes:
        begin: the statement that begins a transaction.
        writes: whether its transactions own the lock from their beginning.
        has_begun: whether BEGIN has been sent to the thread; it may be on its way there.
    """

    __slots__ = ("begin", "has_begun", "writes")
    begin: str
    writes: bool
    has_begun: bool
    _cursor_cls = _OneHopCursor  # type: ignore[assignment]

    def cursor(self, server_side: bool = False) -> AsyncAdapt_dbapi_cursor:
        if server_side and not self.has_begun:
            super().cursor().execute("SELECT 1")  # begins: a streaming cursor does not
        return super().cursor(server_side)

    def run_here(self, statement: str) -> None:
        """Run a statement of a transaction that has begun, without a trip.

        Raises:
            sqlite3.Error: it was refused; most of all if SQLite has rolled the transaction back.
        """
        connection: Any = self._connection
        connection._conn.execute(statement).close()

    def check_still_begun(self) -> None:
        """A full disk makes SQLite roll back by itself (https://www.sqlite.org/lang_transaction.html):
        what comes after must not be taken for a transaction of its own.

        Raises:
            sqlite3.OperationalError: it did.
        """
        connection: Any = self._connection
        if not connection._conn.in_transaction:
            error = sqlite3.OperationalError("the transaction has been rolled back")
            error.sqlite_errorcode = sqlite3.SQLITE_ABORT
            raise error

    def commit(self) -> None:
        if self.has_begun:
            self._end(super().commit)

    def rollback(self) -> None:
        if self.has_begun:
            self._end(super().rollback)

    def _end(self, end: Callable[[], None]) -> None:
        try:
            end()
        finally:
            self.has_begun = False

    def create_function(self, *args: Any, **options: Any) -> None:
        connection: Any = self._connection
        connection._conn.create_function(*args, **options)


def _begun(
    begin: str, work: Any, connection: sqlite3.Connection, operation: str, parameters: Any
) -> _Done:
    if not connection.in_transaction:
        connection.execute(begin)
    done: _Done = work(connection, operation, parameters)
    return done


def _execute(connection: sqlite3.Connection, operation: str, parameters: Any) -> _Done:
    return _finished(connection.execute(operation, parameters))


def _execute_many(connection: sqlite3.Connection, operation: str, parameters: Any) -> _Done:
    return _finished(connection.executemany(operation, parameters))


def _finished(cursor: sqlite3.Cursor) -> _Done:
    try:
        rows = cursor.fetchall() if cursor.description else ()
        return _Done(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()
