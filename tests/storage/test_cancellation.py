"""Promises for tasks that are cancelled: at whatever moment, half a transaction is never kept and
nobody has to wait for it."""

import asyncio
import uuid
from collections.abc import Awaitable, Generator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.database import Database
from storage.tables import supporters
from tests.amount import cases
from tests.storage.world import person

AT_ONCE = 10


async def _people(database: Database) -> int:
    async with database.reading() as db:
        return await db.scalar(select(func.count()).select_from(supporters)) or 0


async def _two_people(database: Database, telegram_id: int) -> None:
    async with database.transaction() as db:
        await person(db, telegram_id)
        await asyncio.sleep(0)
        await person(db, telegram_id + 1_000_000)


class CancelledAt:
    """Awaits as the coroutine does, and cancels it where it pauses for the nth time (from 0)."""

    def __init__(self, coroutine: Awaitable[Any], pause: int) -> None:
        self._coroutine = coroutine
        self._pause = pause

    def __await__(self) -> Generator[Any, Any, bool]:
        inner = self._coroutine.__await__()
        pauses = 0
        try:
            waits_for = next(inner)
            while True:
                if pauses == self._pause:
                    waits_for = inner.throw(asyncio.CancelledError())
                else:
                    yield waits_for
                    waits_for = next(inner)
                pauses += 1
        except StopIteration:
            return False
        except asyncio.CancelledError:
            return True


async def test_wherever_a_transaction_is_cancelled_all_or_nothing_is_kept(
    database: Database,
) -> None:
    await _two_people(database, 1)
    pause, cancelled = 0, True
    while cancelled:
        before = await _people(database)
        cancelled = await CancelledAt(_two_people(database, pause + 100), pause)
        await asyncio.wait_for(_two_people(database, pause + 500), AT_ONCE)
        assert await _people(database) - before in ((2, 4) if cancelled else (4,))
        pause += 1
    assert pause > 3, "there is more than one moment to be cancelled at"


async def test_wherever_reading_is_cancelled_the_next_can_read(database: Database) -> None:
    await _two_people(database, 1)
    pause, cancelled = 0, True
    while cancelled:
        cancelled = await CancelledAt(_people(database), pause)
        async with asyncio.timeout(AT_ONCE):
            assert await _people(database) == 2
        pause += 1


@settings(
    max_examples=cases(short=6, full=30),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moments=st.lists(st.floats(0, 0.02), min_size=1, max_size=20))
async def test_whoever_is_cancelled_among_many_holds_up_nobody(
    database: Database, moments: list[float]
) -> None:
    before = await _people(database)
    tasks = [asyncio.create_task(_two_people(database, uuid.uuid4().int % 10**12)) for _ in moments]
    for task, moment in zip(tasks, moments, strict=True):
        asyncio.get_running_loop().call_later(moment, task.cancel)
    await asyncio.wait_for(asyncio.wait(tasks), AT_ONCE)
    await asyncio.wait_for(_two_people(database, uuid.uuid4().int % 10**12), AT_ONCE)
    added = await _people(database) - before
    assert added % 2 == 0, "half a transaction was kept"
    assert added >= 2 * (1 + sum(not task.cancelled() for task in tasks))
