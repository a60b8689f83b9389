"""Lock a SQLite file for one bot, or one restore.

The lock is the operating system's (flock) on a file beside it, so it ends with the process, however
that ends. PostgreSQL needs none: nobody swaps its files.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from storage.driver_errors import reaching
from storage.errors import DatabaseInUse
from storage.migrate import sqlite_file


@contextmanager
def in_use(url: str) -> Iterator[None]:
    """Keep a database from being swapped, and from a second bot, which would send all twice.

    Raises:
        DatabaseInUse: somebody else is there.
    """
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with reaching():
        lock = os.open(f"{file}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseInUse("a bot runs on it, or a backup is being put in place") from None
        yield
    finally:
        os.close(lock)
