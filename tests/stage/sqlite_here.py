"""SQLite without threads: each statement runs where it is asked for, before anything else does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import aiosqlite.core


class _Here:
    """In place of the queue to a connection's thread."""

    def put_nowait(self, asked: tuple[Any, Callable[[], Any]]) -> None:
        future, function = asked
        try:
            result = function()
        except BaseException as error:  # whoever waits gets it
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class _NoThread:
    """In place of that thread."""

    daemon = True

    def __init__(self, **_: Any) -> None: ...

    def start(self) -> None: ...

    def join(self) -> None: ...


@contextmanager
def sqlite_here() -> Iterator[None]:
    """Connections that are opened in the block have no thread. Only one of a file's may write."""
    with (
        patch.object(aiosqlite.core, "SimpleQueue", _Here),
        patch.object(aiosqlite.core, "Thread", _NoThread),
    ):
        yield
