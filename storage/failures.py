"""What the drivers' errors mean, said without a person's data.

A driver's message may quote what a person wrote ("Key (email)=(...) already exists", "invalid input
for query argument $4: ..."), so nothing of it is passed on but what is known to be free of it, and
the driver's exception is not chained: it would be printed with the traceback.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.errors import DatabaseUnavailable, StorageError

# https://www.sqlite.org/rescode.html: ABORT, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL,
# CANTOPEN, PROTOCOL, NOTADB
_SQLITE_PASSING = {4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, rollback by conflict,
# out of resources, not in the right state, operator's intervention, system error, read-only
_POSTGRES_PASSING = ("08", "40", "53", "55", "57", "58", "25006")
# asyncpg's, without a code: the server's farewell came in between, and the connection is no more.
_DRIVER_LOST = ("InternalClientError", "ConnectionDoesNotExistError")
# Broken constraints and our own triggers: the message names tables and columns, never values.
_POSTGRES_FREE_OF_DATA = ("23", "P0001")


@contextmanager
def translated() -> Iterator[None]:
    """Say what a driver's error means.

    Raises:
        DatabaseUnavailable: what will pass: a lost connection, a full disk, a lock.
        StorageError: what will not: a broken constraint, a table that is not there.
    """
    try:
        yield
    except DBAPIError as error:
        passing = error.connection_invalidated or _will_pass(error.orig)
        kind = DatabaseUnavailable if passing else StorageError
        raise kind(_described(error)).with_traceback(error.__traceback__) from None
    except sqlite3.Error as error:
        raise DatabaseUnavailable(type(error).__name__) from None


@contextmanager
def reaching() -> Iterator[None]:
    """The same, and what happens on the way to a database that does not answer."""
    try:
        with translated():
            yield
    except (PoolTimeout, OSError) as error:
        raise DatabaseUnavailable(type(error).__name__) from None


def refuse_plainly(engine: AsyncEngine) -> None:
    """Let a value that cannot be kept be a ValueError, not SQLAlchemy's wrapping of one."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def unwrapped(context: ExceptionContext) -> ValueError | None:
        error = context.original_exception
        return ValueError(str(error)) if isinstance(error, ValueError) else None


def _will_pass(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_PASSING
    if type(getattr(error, "__cause__", None)).__name__ in _DRIVER_LOST:
        return True
    return _state(error).startswith(_POSTGRES_PASSING)


def _described(error: DBAPIError) -> str:
    """The error's name, code and words as far as they are free of data, and the statement."""
    original = error.orig
    words = [type(getattr(original, "__cause__", None) or original).__name__, _state(original)]
    if isinstance(original, sqlite3.Error) or _state(original).startswith(_POSTGRES_FREE_OF_DATA):
        words.append(str(original))
    description = ": ".join(filter(None, words))
    return f"{description} [{error.statement}]" if error.statement else description


def _state(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", None) or ""
