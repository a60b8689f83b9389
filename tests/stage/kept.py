"""What each stage would make anew, and all stages of a run can share: the texts, what a campaign's
file says, and a database with the example campaign in it."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.campaign_files import read_campaign
from campaign.catalogue import publish
from campaign.definition.model import Definition
from messages import Renderer, bot_texts
from storage.database import Database
from tests import migrated
from tests.stage.clock import utc_now


@cache
def texts() -> Renderer:
    return bot_texts()


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
        folder = tempfile.mkdtemp(prefix="clamour-stage-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        made = Path(folder) / "furnished.db"
        database = await Database.open(await migrated.copied_to(made))
        await publish(database, campaign(campaign_file), now=utc_now())
        await database.close()
        _furnished.append(made)
    shutil.copy(_furnished[0], file)


_furnished: list[Path] = []
