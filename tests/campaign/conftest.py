"""Campaign rules are tried on both engines."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import upgrade
from tests import engines


@pytest.fixture(params=engines.params())
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    await engines.require(request.param)
    async with engines.fresh_url(request.param, tmp_path) as url:
        await upgrade(url)
        database = await Database.open(url)
        yield database
        await database.close()
