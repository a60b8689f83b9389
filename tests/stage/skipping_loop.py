"""An event loop on which nobody waits: when there is nothing to do but to wait for a time, it is
that time at once.

Its clock stands still while anything is done, so that no timeout strikes because the machine is
busy. What runs elsewhere is waited for: a thread, a process, a socket.
"""

import asyncio
import os
import selectors
import socket
import stat
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 10
"""How many seconds a second lasts, while a thread or a process works and says nothing."""


class _Selector(selectors.DefaultSelector):
    """Leaves out the waiting, while nothing but the loop's own wake-up call can come."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere = 0
        self.now = 0.0
        self._listening: set[int] = set()

    def register(self, fileobj: Any, events: int, data: Any = None) -> Any:
        key = super().register(fileobj, events, data)
        if _only_listens(key.fd):
            self._listening.add(key.fd)
        return key

    def unregister(self, fileobj: Any) -> Any:
        key = super().unregister(fileobj)
        self._listening.discard(key.fd)
        return key

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if found or timeout == 0:
            return found
        if timeout is None or timeout < 0:
            return super().select(None)
        if self.elsewhere:
            found = super().select(timeout * PATIENCE)
            self.now += 0.0 if found else timeout
        elif len(self.get_map()) - len(self._listening) > 1:  # more than the wake-up call
            begun = time.monotonic()
            found = super().select(timeout)
            self.now += min(time.monotonic() - begun, timeout) if found else timeout
        else:
            self.now += timeout
        return found


def _only_listens(fd: int) -> bool:
    """Whether nothing can come there, unless somebody on this loop connects to it."""
    if not stat.S_ISSOCK(os.fstat(fd).st_mode):
        return False
    looked_at = socket.socket(fileno=fd)
    try:
        return bool(looked_at.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    finally:
        looked_at.detach()


class SkippingLoop(asyncio.SelectorEventLoop):
    """asyncio's loop, with a clock that is put on instead of waited for."""

    def __init__(self) -> None:
        self._skipping = _Selector()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        working = super().run_in_executor(executor, func, *args)
        self._begins_elsewhere()
        working.add_done_callback(lambda _: self._ends_elsewhere())
        return working

    async def shutdown_default_executor(self, *given: Any) -> None:
        """Waits for its threads, too: from Python 3.12 on there is a timeout to be skipped."""
        self._begins_elsewhere()
        try:
            await super().shutdown_default_executor(*given)
        finally:
            self._ends_elsewhere()

    async def subprocess_exec(self, protocol_factory: Any, *args: Any, **options: Any) -> Any:
        self._begins_elsewhere()

        def counted() -> Any:
            protocol = protocol_factory()
            protocol.process_exited = self._then_ends(protocol.process_exited)
            return protocol

        try:
            return await super().subprocess_exec(counted, *args, **options)
        except BaseException:
            self._ends_elsewhere()
            raise

    def _then_ends(self, exited: Callable[[], None]) -> Callable[[], None]:
        def process_exited() -> None:
            self._ends_elsewhere()
            exited()

        return process_exited

    def _begins_elsewhere(self) -> None:
        self._skipping.elsewhere += 1

    def _ends_elsewhere(self) -> None:
        self._skipping.elsewhere -= 1
