"""Two transactions forced to interleave on PostgreSQL: one is held after each statement in turn,
until the other has ended or waits for it.

If two acts can wait for each other crosswise, they do so in one of these runs: the one holds a row
that the other wants, who by then has all that it takes before it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.util import await_only

from storage.database import Connection, Database
from storage.errors import Conflict
from tests.engines import PATIENCE_SECONDS

Act = Callable[[Connection], Awaitable[object]]

_WAITS = text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
_LOCKING = ("insert", "update", "delete", "with")


class _Undone(Exception):
    """Leaves everything as it was."""


@dataclass
class _Gate:
    """Holds a transaction before it goes on from a number of statements that lock something.

    Attributes:
        holds_after: that number; None: at its end.
        is_over: the transaction makes no statement more.
    """

    holds_after: int | None = None
    made: int = 0
    is_over: bool = False
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def passes(self, statement: str) -> None:
        if self.is_over:
            raise _Undone
        if self.made == self.holds_after:
            await self.hold()
        begins = statement.lstrip().lower()
        self.made += begins.startswith(_LOCKING) or " for no key update" in begins

    async def hold(self) -> None:
        self.holds.set()
        await self.goes_on.wait()


class Crosswise:
    """Pairs of acts on one database, which is left as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gates: dict[int, _Gate] = {}
        event.listen(database._writers.sync_engine, "before_cursor_execute", self._before)

    def _before(self, connection: Any, _: Any, statement: str, *__: Any) -> None:
        gate = self._gates.get(id(connection))
        if gate is not None:
            await_only(gate.passes(statement))

    async def deadlocks(self, held: Act, other: Act) -> list[int]:
        """After how many locking statements the held one and the other wait for each other."""
        found = []
        async with self._database.session() as looks:
            gate = _Gate()
            waits, _ = await self._run(held, other, gate, looks)
            after = gate.made
            while waits and after > 1:  # what is not waited for now, is not when less is locked
                after -= 1
                waits, deadlocked = await self._run(held, other, _Gate(after), looks)
                if deadlocked:
                    found.append(after)
        return found

    async def _run(
        self, held: Act, other: Act, gate: _Gate, looks: Connection
    ) -> tuple[bool, bool]:
        """Whether the other had to wait, and whether they waited for each other."""
        pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        others = _Gate()
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as both:
            first = both.create_task(self._undone(held, gate))
            await gate.holds.wait()
            others.goes_on.set()
            second = both.create_task(self._undone(other, others, pid))
            waits = await _waits(looks, await pid, second)
            gate.goes_on.set()
            deadlocked = await first
            others.is_over = waits
        return waits, deadlocked or second.result()

    async def _undone(self, act: Act, gate: _Gate, pid: asyncio.Future[int] | None = None) -> bool:
        """Whether it was ended because two waited for each other."""
        try:
            with suppress(_Undone):
                async with self._database.transaction() as db:
                    await db.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
                    if pid is not None:
                        pid.set_result(await db.scalar(text("SELECT pg_backend_pid()")))
                    self._gates[id(db.sync_connection)] = gate
                    try:
                        await act(db)
                    finally:
                        del self._gates[id(db.sync_connection)]
                    await gate.hold()
                    raise _Undone
        except Conflict:
            return True
        return False


async def _waits(looks: Connection, pid: int, second: asyncio.Task[bool]) -> bool:
    """Whether it waits for the other, before it is done."""
    while not second.done():
        if await looks.scalar(_WAITS, {"pid": pid}):
            return True
        await asyncio.sleep(0.002)
    return False


async def until_waiting(database: Database, number: int) -> None:
    """Return when so many transactions wait for others."""
    async with asyncio.timeout(PATIENCE_SECONDS), database.session() as looks:
        while await looks.scalar(_WAITING) < number:
            await asyncio.sleep(0.005)
