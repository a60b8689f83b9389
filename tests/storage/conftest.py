"""Every promise of storage/ is kept on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests import engines, migrated
from tests.storage.encrypted import OLD


@pytest.fixture(params=engines.params())
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database without a single table, for what migrations promise."""
    await engines.require(request.param)
    async with engines.fresh_url(request.param, tmp_path) as url:
        yield url


@pytest.fixture(params=engines.params())
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database with every table, and nobody in it."""
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url, busy_timeout=engines.PATIENCE_SECONDS)
    yield database
    await database.close()


@pytest.fixture
async def sealed(url: str) -> AsyncIterator[Database]:
    """A database that has been sealed from its beginning."""
    database = await Database.open(url, keyring=OLD, busy_timeout=engines.PATIENCE_SECONDS)
    yield database
    await database.close()
