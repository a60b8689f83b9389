"""What each stage would make anew, and all stages of a run can share: the texts, the statements
that SQLAlchemy has compiled, and a database with the example campaign in it."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.campaign_files import read_campaign
from campaign.catalogue import publish
from campaign.definition.model import Definition
from messages import Renderer, bot_texts
from storage import database as of_storage
from storage import sqlite_driver
from storage.database import Database
from tests import migrated
from tests.stage.clock import utc_now

FOLDER = tempfile.TemporaryDirectory(prefix="clamour-stage-")


@cache
def texts() -> Renderer:
    return bot_texts()


class SharedDatabase(Database):
    """A SQLite database through engines that remember what they have compiled: one at a time."""

    @classmethod
    async def open(cls, url: str, *, keyring: Any = None, **given: Any) -> Any:
        if keyring is not None or not url.startswith("sqlite"):
            return await Database.open(url, keyring=keyring, **given)
        return await super().open(url, **given)

    @classmethod
    def _at(cls, url: str, pool_size: int, busy_timeout: float, *, called: str = "") -> Self:
        writers, readers = _engine(True, 1), _engine(False, of_storage.READERS)
        for engine in (writers, readers):
            engine.sync_engine.url = make_url(url)
        return cls("sqlite", writers, readers)


@cache
def _engine(writes: bool, connections: int) -> AsyncEngine:
    """Connects to the file that its URL names by then."""

    async def connected(*_: Any, **options: Any) -> Any:
        return await sqlite_driver.connected(engine.url.database, **options)

    patience = of_storage.BUSY_TIMEOUT_SECONDS
    with patch.object(of_storage, "connected", connected):
        engine = of_storage._sqlite_engine("sqlite+aiosqlite:///-", writes, connections, patience)
    return engine


def campaign(path: Path) -> Definition:
    """Read a campaign file; the same one with the same picture is read once."""
    picture = path.with_name("picture.png")
    read = (path.read_bytes(), picture.read_bytes() if picture.exists() else b"")
    if read not in _campaigns:
        _campaigns[read] = read_campaign(path)
    return _campaigns[read]


_campaigns: dict[tuple[bytes, bytes], Definition] = {}


async def furnished(file: Path, campaign_file: Path) -> None:
    """Put a database with every table and this campaign, which is always the same, there."""
    if not _furnished:
        made = Path(FOLDER.name) / "furnished.db"
        database = await Database.open(await migrated.copied_to(made))
        await publish(database, campaign(campaign_file), now=utc_now())
        await database.close()
        _furnished.append(made)
    shutil.copy(_furnished[0], file)


_furnished: list[Path] = []
