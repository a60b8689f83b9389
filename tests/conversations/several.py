"""Two campaigns of one office under one bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.definition.model import Definition
from tests import engines, migrated
from tests.e2e.people import Answer, Person
from tests.stage.bot import ROOT, sleepless
from tests.stage.stage import Stage, Telegram

NEXT = ROOT / "examples" / "next-campaign" / "campaign.toml"
FIRST_TITLE, NEXT_TITLE = "Keep London’s human trafficking unit", "Opt in to Europe’s law"
FIRST, SECOND = 1, 2
"""The campaigns' numbers: they are published in this order."""


@asynccontextmanager
async def two_campaigns(engine: str, folder: Path) -> AsyncIterator[Stage]:
    """A bot with both example campaigns, neither with quiet hours."""
    await engines.require(engine)
    async with (
        migrated.migrated_url(engine, folder) as url,
        Telegram.open() as telegram,
        Stage.on(telegram, folder, url=url, files=(sleepless(folder), _next(folder))) as stage,
    ):
        yield stage


async def publish_next(stage: Stage, *, seen: bool = True, **changes: Any) -> Definition:
    """Change the second campaign and publish it; the bot sees it at once, or within a second."""
    definition = load_definition(NEXT).model_copy(update={"quiet_hours": "", **changes})
    await publish(stage.database, definition, now=datetime.now(UTC))
    if seen:
        stage.services.catalogue.look_again()
    return definition


async def signs(person: Person, slug: str, *ticks: str) -> Answer:
    """From the petition's own link to signed, ticking what is wanted on the way."""
    await person.opens(f"https://t.me/clamour_bot?start={slug}")
    await person.taps("Sign")
    await person.taps("Use “")
    await person.says("SW1A 1AA")
    for words in ticks:
        await person.taps(f"☐ {words}")
    await person.taps("I agree")
    signed = await person.taps("Sign now")
    assert "You have signed" in signed.text
    return signed


def link(slug: str) -> str:
    return f"https://t.me/clamour_bot?start={slug}"


def _next(folder: Path) -> Path:
    copied = folder / "next.toml"
    copied.write_text('quiet_hours = ""\n' + NEXT.read_text("utf-8"), encoding="utf-8")
    return copied
