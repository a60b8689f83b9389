"""Open the configured database for a command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.database import Database


class NoDatabase(Exception):
    """There is no database yet; its argument says where, as far as that can be shown."""


class OlderDatabase(Exception):
    """The database has to be upgraded first; its argument is its revision."""


@asynccontextmanager
async def open_database(
    config: Path, *, upgrades: bool = False, makes: bool = False
) -> "AsyncIterator[Database]":
    """Open it, as it lies there: a command that only reads makes and upgrades nothing.

    Args:
        upgrades: whether an older one is upgraded, as `run` would.
        makes: whether a new one is made, too.

    Raises:
        NoDatabase, OlderDatabase: as they say; nothing has been changed.
    """
    from bot.config import load as load_settings
    from storage import migrate
    from storage.database import Database

    settings = load_settings(config)
    url = settings.storage.url
    state = await migrate.check(url)
    if state.current is None and not makes:
        raise not_there(url)
    if not state.up_to_date:
        if not (upgrades or makes):
            raise OlderDatabase(state.current)
        await migrate.upgrade(url)
    database = await Database.open(url, keyring=settings.keyring)
    try:
        yield database
    finally:
        await database.close()


def not_there(url: str) -> NoDatabase:
    """The error for a database that has not been made; an address may hold a password."""
    from storage.migrate import sqlite_file

    return NoDatabase(sqlite_file(url) or "where storage.url says")
