"""Campaign rules are tried on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests import engines, migrated
from tests.storage.encrypted import OLD


@pytest.fixture(params=engines.params())
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        database = await Database.open(url, busy_timeout=engines.PATIENCE_SECONDS)
        yield database
        await database.close()


@pytest.fixture(params=engines.params())
async def sealed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database that has been encrypted from its beginning."""
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        database = await Database.open(url, keyring=OLD, busy_timeout=engines.PATIENCE_SECONDS)
        yield database
        await database.close()
