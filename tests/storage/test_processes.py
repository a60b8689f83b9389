"""Promises of several processes on one database: who lives, who leads, who is woken."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage import leadership, processes
from storage.database import Database
from storage.leadership import holding
from storage.listen_notify import listen, wake
from storage.processes import Process
from tests import engines, migrated
from tests.storage.world import NOW

KEY = 42


def process(name: str, *duties: str, seen: timedelta = timedelta()) -> Process:
    return Process(name, "all", "0.1", "0020", 15, duties, NOW, NOW + seen)


async def test_a_process_is_kept_anew_each_time_and_forgotten_when_it_ends_or_is_long_gone(
    database: Database,
) -> None:
    later = timedelta(seconds=15)
    async with database.transaction() as db:
        await processes.upsert(db, process("a"))
        await processes.upsert(db, process("b"))
        await processes.upsert(db, process("c", seen=later))
        await processes.upsert(db, process("a", "jobs", seen=later))
        assert await processes.all(db) == [
            process("a", "jobs", seen=later),
            process("b"),
            process("c", seen=later),
        ]
        await processes.forget(db, ["c"], unseen_since=NOW + later)
        assert await processes.all(db) == [process("a", "jobs", seen=later)]


async def test_postgresql_says_how_many_connections_there_are_and_sqlite_has_no_such_limit(
    database: Database,
) -> None:
    async with database.reading() as db:
        places = await processes.places(db)
    assert (places is None) == (database.kind == "sqlite")
    assert places is None or places > 0


@pytest.mark.postgres
async def test_who_holds_a_work_keeps_it_until_it_ends_and_another_takes_it_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "SECONDS_BETWEEN_TRIES", 0.05)
    await engines.require("postgresql")
    never, enough = asyncio.Event(), asyncio.Event()
    holders: list[str] = []

    async def hold(name: str, until: asyncio.Event) -> None:
        database = await Database.open(url)
        async with holding(database, KEY, unless=never) as lost:
            holders.append(name)
            await until.wait()
            assert not lost.is_set()
        await database.close()

    async with migrated.migrated_url("postgresql", tmp_path) as url, asyncio.timeout(120):
        first = asyncio.create_task(hold("first", enough))
        while not holders:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(hold("second", enough))
        await asyncio.sleep(0.3)
        assert holders == ["first"]
        enough.set()
        await asyncio.gather(first, second)
    assert holders == ["first", "second"]


@pytest.mark.postgres
async def test_who_listens_hears_what_another_process_wakes_with(tmp_path: Path) -> None:
    await engines.require("postgresql")
    async with migrated.migrated_url("postgresql", tmp_path) as url, asyncio.timeout(120):
        here, there = await Database.open(url), await Database.open(url)
        heard: asyncio.Queue[str] = asyncio.Queue()
        listening = asyncio.create_task(listen(here, heard.put_nowait))
        while heard.empty():  # until it listens
            async with there.transaction() as db:
                await wake(db, "jobs")
            await asyncio.sleep(0.05)
        assert heard.get_nowait() == "jobs"
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await here.close()
        await there.close()
