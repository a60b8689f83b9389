"""Campaign rules are tried on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests import engines, migrated


@pytest.fixture(params=engines.params())
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    await engines.require(request.param)
    async with migrated.migrated_url(request.param, tmp_path) as url:
        database = await Database.open(url, busy_timeout=engines.PATIENCE_SECONDS)
        yield database
        await database.close()
