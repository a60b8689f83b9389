"""Promises of addresses that the version before did not keep, on both engines."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot.jobs import addresses as job
from campaign.catalogue import Catalogue
from handlers.services import Services
from messages import bot_texts
from storage import addresses, missing_addresses, personal_data
from storage import tables as t
from storage.database import Connection, Database
from tests import engines, migrated
from tests.storage.world import NOW, person


@pytest.fixture(params=engines.params())
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        database = await Database.open(url, busy_timeout=engines.PATIENCE_SECONDS)
        yield database
        await database.close()


@pytest.fixture
def services(database: Database) -> Services:
    return Services(database, bot_texts(), Catalogue(database))


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "PAGE", 2)
    monkeypatch.setattr(missing_addresses, "LOOKED_AT_AGAIN", 2)


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Transactions that write, as they begin."""
    begun: list[str] = []
    real = Database.transaction

    def counted(database: Database, **how: Any) -> AbstractAsyncContextManager[Connection]:
        begun.append("transaction")
        return real(database, **how)

    monkeypatch.setattr(Database, "transaction", counted)
    return begun


async def test_who_came_with_the_version_before_gets_an_address(services: Services) -> None:
    database = services.database
    async with database.transaction() as db:
        everybody = [(await person(db, number))[0] for number in range(1, 10)]
        await db.execute(delete(t.addresses).where(t.addresses.c.value.not_in(["3", "4"])))
        mia = await addresses.add(db, "web", "session", now=NOW)
        await personal_data.erase(db, everybody[4].id, 5, now=NOW)
    await job.fill(services)
    async with database.reading() as db:
        for one in everybody:
            theirs = [place.value for place in await addresses.of_supporter(db, one.id)]
            assert theirs == ([] if one.telegram_id == 5 else [str(one.telegram_id)])
        assert [one.channel for one in await addresses.of_supporter(db, mia.id)] == ["web"]


async def test_a_start_where_everybody_has_an_address_writes_nothing(
    services: Services, writes: list[str]
) -> None:
    async with services.database.transaction() as db:
        for number in range(1, 10):
            await person(db, number)
    await job.fill(services)
    writes.clear()
    reads: list[int] = []
    find = missing_addresses.find

    async def counted(db: Connection, after: int, limit: int) -> Any:
        reads.append(after)
        return await find(db, after, limit)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(missing_addresses, "find", counted)
        await job.fill(services)
    assert writes == []
    assert len(reads) == 1, "only the last few are looked at"


async def test_who_comes_later_with_the_version_before_gets_one_too(services: Services) -> None:
    async with services.database.transaction() as db:
        for number in range(1, 6):
            await person(db, number)
    await job.fill(services)
    async with services.database.transaction() as db:
        late, _ = await person(db, 6)
        await db.execute(delete(t.addresses).where(t.addresses.c.value.in_(["5", "6"])))
    await job.fill(services)
    async with services.database.reading() as db:
        assert await addresses.of_supporter(db, late.id)
        assert await addresses.find(db, "telegram", "5"), "who was counted at the same moment"
