"""Translate the drivers' errors, without a person's data.

A driver's message may quote what a person wrote ("Key (email)=(...) already exists", "invalid input
for query argument $4: ..."), so nothing of it is passed on but what is known to be free of it, and
the driver's exception is not chained: it would be printed with the traceback.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.errors import (
    Conflict,
    DatabaseDamaged,
    DatabaseReadOnly,
    DatabaseUnavailable,
    StorageError,
)

# https://www.sqlite.org/rescode.html: ABORT, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL,
# CANTOPEN, PROTOCOL, NOTADB
_SQLITE_PASSING = {4, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26}
_SQLITE_BY_NAME = {8: DatabaseReadOnly, 11: DatabaseDamaged, 26: DatabaseDamaged}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, rollback by conflict,
# out of resources, not in the right state, operator's intervention, system error, read-only; and a
# prepared statement that a migration has made stale (it is prepared again the next time)
_POSTGRES_PASSING = ("08", "40", "53", "55", "57", "58", "25006", "0A000")
# conflicts, lock_not_available, and stale statements: each passes with the other transaction
_POSTGRES_COLLISIONS = ("40", "55P03", "0A000")
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
        kind = _passing(error.orig) if passing else StorageError
        if _state(error.orig).startswith(_POSTGRES_COLLISIONS):
            kind = Conflict
        raise kind(_described(error)).with_traceback(error.__traceback__) from None
    except sqlite3.Error as error:
        raise _passing(error)(type(error).__name__) from None


@contextmanager
def reaching() -> Iterator[None]:
    """The same, and what happens on the way to a database that does not answer."""
    try:
        with translated():
            yield
    except (PoolTimeout, OSError) as error:
        forbidden = getattr(error, "errno", None) in (errno.EACCES, errno.EPERM, errno.EROFS)
        kind = DatabaseReadOnly if forbidden else DatabaseUnavailable
        raise kind(type(error).__name__) from None


def refuse_plainly(engine: AsyncEngine) -> None:
    """Let a value that cannot be kept be a ValueError, not SQLAlchemy's wrapping of one."""

    @event.listens_for(engine.sync_engine, "handle_error")
    def unwrapped(context: ExceptionContext) -> ValueError | None:
        error = context.original_exception
        return ValueError(str(error)) if isinstance(error, ValueError) else None


def _will_pass(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return _sqlite_code(error) in _SQLITE_PASSING
    if type(getattr(error, "__cause__", None)).__name__ in _DRIVER_LOST:
        return True
    return _state(error).startswith(_POSTGRES_PASSING)


def _passing(error: BaseException | None) -> type[DatabaseUnavailable]:
    if _state(error) == "25006":  # read_only_sql_transaction
        return DatabaseReadOnly
    return _SQLITE_BY_NAME.get(_sqlite_code(error), DatabaseUnavailable)


def _sqlite_code(error: BaseException | None) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


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
