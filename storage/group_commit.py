"""Group commit: SQLite transactions that come close together share one BEGIN and one COMMIT.

SQLite has one writer, and every COMMIT waits for the disk. When many people write at once, those
who wait for the writer join the transaction that is open, each as a savepoint of it
(https://www.sqlite.org/lang_savepoint.html): one that fails is undone alone. None of them is told
that it is done before the COMMIT they share has reached the disk.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.driver_errors import reaching, translated
from storage.errors import DatabaseDamaged, DatabaseReadOnly, DatabaseUnavailable, StorageError
from storage.sqlite_driver import OneHopConnection

MOST_TOGETHER = 16


class _Group:
    """Transactions that will be committed together, one after the other on one connection.

    Attributes:
        failure: why nothing of it has been kept; None if all of it has, or may yet be.
        spoiled: whether the connection has read bad pages or was opened while the disk was
            read-only: it would go on so.
        ended: set when the COMMIT is done, or has failed.
    """

    def __init__(self, connection: AsyncConnection, driver: OneHopConnection) -> None:
        self.connection = connection
        self.members = 0
        self.failure: StorageError | None = None
        self.spoiled = False
        self.ended = asyncio.Event()
        self._driver = driver
        self._at_savepoint = False

    def join(self) -> None:
        self.members += 1
        self._at_savepoint = self._driver.has_begun
        if self._at_savepoint:
            self._driver.run_here("SAVEPOINT member")

    def keep(self) -> None:
        if self._at_savepoint:
            self._driver.run_here("RELEASE member")

    def undo(self) -> bool:
        """Undo what the present member has done; what those before it have done stays.

        Returns:
            False if nobody has done anything before: then the whole group can go.
        """
        if self._at_savepoint:
            self._driver.run_here("ROLLBACK TO member")
            self._driver.run_here("RELEASE member")
        return self._at_savepoint

    def raise_failure(self) -> None:
        """Raise what kept the group from being kept, for each of its members again."""
        if self.failure is not None:
            raise type(self.failure)(*self.failure.args)


class GroupCommit:
    """The one writer of a SQLite database, shared by everybody who writes in this process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._waiting = self._to_rest = 0
        self._group: _Group | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """As Database.transaction says."""
        await self._take_turn()
        try:
            group = self._group or await self._open()
        except BaseException:
            self._turn.release()
            raise
        try:
            with translated():
                group.join()
                yield group.connection
                group.keep()
        except BaseException as error:
            group.spoiled |= isinstance(error, DatabaseDamaged | DatabaseReadOnly)
            await asyncio.shield(self._in_background(self._undo(group)))
            raise
        if self._may_go_on(group):
            self._turn.release()
        else:
            self._in_background(self._end(group))
        await group.ended.wait()
        group.raise_failure()

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """While the block runs nothing is open, and whoever wants to write waits. From when it is
        asked for nobody joins another: its turn would always come in the middle of a group."""
        self._to_rest += 1
        try:
            await self._turn.acquire()
            while self._group is not None:
                await asyncio.shield(self._in_background(self._end(self._group)))
                await self._turn.acquire()
        finally:
            self._to_rest -= 1
        try:
            yield
        finally:
            self._turn.release()

    async def _take_turn(self) -> None:
        self._waiting += 1
        try:
            await self._turn.acquire()
        except BaseException:
            if self._waiting == 1 and not self._turn.locked():
                self._in_background(self._end_for_the_last())
            raise
        finally:
            self._waiting -= 1

    async def _open(self) -> _Group:
        with reaching():
            connection = await self._engine.connect()
            try:
                await connection.begin()
                driver = (await connection.get_raw_connection()).dbapi_connection
            except BaseException:
                await connection.close()
                raise
        assert isinstance(driver, OneHopConnection)  # noqa: S101 - see storage.database
        self._group = _Group(connection, driver)
        return self._group

    def _may_go_on(self, group: _Group) -> bool:
        """Whether somebody waits who can join; with nobody to wait for, it is committed."""
        usable = group.failure is None and not group.spoiled
        joins = self._waiting > 0 and not self._to_rest
        return joins and group.members < MOST_TOGETHER and usable

    # What follows holds the turn, and goes on when the member it is done for is cancelled.

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _undo(self, group: _Group) -> None:
        keeps = False
        try:
            keeps = group.undo()
        except Exception as error:  # whatever it is, nobody must wait for the turn for ever
            group.failure = DatabaseUnavailable(type(error).__name__)
        if keeps and self._may_go_on(group):
            self._turn.release()
        else:
            await self._end(group, keeps=keeps)

    async def _end(self, group: _Group, *, keeps: bool = True) -> None:
        self._group = None
        try:
            if keeps:
                with translated():
                    await group.connection.commit()
        except StorageError as error:
            group.failure = error
        except BaseException:
            group.failure = DatabaseUnavailable("not committed")
            raise
        finally:
            group.ended.set()
            try:
                if group.failure is not None or group.spoiled:
                    await group.connection.invalidate()  # who knows what is still open on it
                await group.connection.close()
            finally:
                self._turn.release()

    async def _end_for_the_last(self) -> None:
        """The member that was to commit has been cancelled."""
        await self._turn.acquire()
        if self._group is not None:
            await self._end(self._group)
        else:
            self._turn.release()
