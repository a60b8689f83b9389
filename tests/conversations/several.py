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


async def signs(
    person: Person, slug: str, *, hears: bool = False, others: bool | None = None
) -> Answer:
    """From the petition's own link to signed.

    Args:
        hears: choose updates.
        others: what to answer, afterwards, about other campaigns; None: nothing.
    """
    await person.opens(f"https://t.me/clamour_bot?start={slug}")
    await person.taps("Sign")
    await person.taps("Use “")
    await person.says("SW1A 1AA")
    signed = await person.taps("Sign and keep me posted" if hears else "Just sign")
    assert "You have signed" in signed.text
    if others is not None:
        page = await person.opens(f"https://t.me/clamour_bot?start={slug}")
        if "Hear of other campaigns?" in page.buttons:  # not of those who have agreed elsewhere
            await person.taps("Hear of other campaigns?")
            await person.taps("Yes, tell me" if others else "No, thanks")
    return signed


def link(slug: str) -> str:
    return f"https://t.me/clamour_bot?start={slug}"


def _next(folder: Path) -> Path:
    copied = folder / "next.toml"
    copied.write_text('quiet_hours = ""\n' + NEXT.read_text("utf-8"), encoding="utf-8")
    return copied
