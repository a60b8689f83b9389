"""A database with very many people who hear updates, and a broadcast to them."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from campaign.broadcasts import audience
from campaign.broadcasts.content import Content, Version
from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from storage import broadcasts
from storage.audiences import Audience
from storage.database import Database
from storage.migrate import upgrade

EXAMPLE = Path(__file__).parents[1] / "examples" / "keep-the-unit" / "campaign.toml"
FIRST = 100_001
TEXT = "Hello {{ first_name }}, we are many: <b>{{ count }}</b> have signed. Thank you!"


async def prepared(file: Path, people: int) -> tuple[Database, int]:
    """The open database, and the number of the draft."""
    url = f"sqlite+aiosqlite:///{file}"
    await upgrade(url)
    database = await Database.open(url)
    now = datetime.now(UTC)
    petition = await publish(database, load_definition(EXAMPLE), now=now)
    moment = now.replace(tzinfo=None).isoformat(" ")
    numbers = range(1, people + 1)
    with sqlite3.connect(file) as raw:
        raw.executemany(
            "INSERT INTO supporters (id, telegram_id, first_name, reachable, created_at) "
            "VALUES (?, ?, ?, 1, ?)",
            ((number, FIRST + number - 1, f"Ada {number}", moment) for number in numbers),
        )
        raw.executemany(
            "INSERT INTO subscriptions (campaign_id, supporter_id, since) VALUES (?, ?, ?)",
            ((petition.id, number, moment) for number in numbers),
        )
    raw.close()
    async with database.transaction() as db:
        made = await broadcasts.add(
            db,
            campaign_id=petition.id,
            kind="news",
            author_id=None,
            content=Content({"en": Version(TEXT)}).to_dict(),
            audience=audience.to_dict(Audience()),
            options={},
            now=now,
        )
    return database, made.id
