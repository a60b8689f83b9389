"""Open the configured database for a command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.database import Database


@asynccontextmanager
async def open_database(config: Path) -> "AsyncIterator[Database]":
    """Open it; made if it is new, as `run` would."""
    from bot.config import load as load_settings
    from storage import migrate
    from storage.database import Database

    settings = load_settings(config)
    url = settings.storage.url
    if not (await migrate.check(url)).up_to_date:
        await migrate.upgrade(url)
    database = await Database.open(url, keyring=settings.keyring)
    try:
        yield database
    finally:
        await database.close()
