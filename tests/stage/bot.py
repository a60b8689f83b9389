"""A bot that a test talks to, whatever runs it: its settings, and a look into its database."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.config import Settings
from campaign.catalogue import publish
from campaign.definition.campaign_file import load_definition
from campaign.definition.model import Definition
from handlers.services import Services
from storage import campaigns, consents, signatures, supporters
from storage.campaigns import Totals
from storage.consents import Consent
from storage.database import Database
from storage.signatures import Signature

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "keep-the-unit" / "campaign.toml"
TOKEN = "1234567:" + "e2e_" * 9
OWNER = 4242


def settings(address: str, folder: Path, **more: Any) -> Settings:
    """The settings of a bot that works against the simulator."""
    return Settings(
        telegram={"api_url": address, "token": TOKEN, **more.pop("telegram", {})},
        storage={
            "url": more.pop("url", f"sqlite+aiosqlite:///{folder / 'clamour.db'}"),
            "tombstones": folder / "clamour.db.tombstones",
            "key": more.pop("key", None),
        },
        campaigns={"files": more.pop("files", None) or (sleepless(folder),)},
        staff={"owners": (OWNER,)},
        limits=more.pop("limits", None) or {"updates": 0, "signings": 0},
        log={"level": "warning"},
        **more,
    )


def sleepless(folder: Path) -> Path:
    """The example campaign without quiet hours, so that tests are not those of the daytime."""
    for name in ("campaign.toml", "picture.png"):
        shutil.copy(EXAMPLE.with_name(name), folder / name)
    copied = folder / EXAMPLE.name
    copied.write_text('quiet_hours = ""\n' + copied.read_text("utf-8"), encoding="utf-8")
    return copied


@dataclass
class Bot:
    """A bot in this process, and its database.

    Attributes:
        session: asks the simulator at this address, as aiohttp.ClientSession does.
    """

    address: str
    settings: Settings
    database: Database
    services: Services
    session: Any

    def clock_shows(self, now: datetime) -> None:
        """Let the bot's clock stand at this time (UTC), and look whether anything is due."""
        self.services.clock = lambda: now
        self.services.dates_due.set()

    async def totals(self, slug: str = "keep-the-unit") -> Totals:
        """The kept totals, after checking them against a fresh count."""
        async with self.database.reading() as db:
            campaign = await campaigns.by_slug(db, slug)
            assert campaign is not None
            kept = await campaigns.totals(db, campaign.id)
            assert kept == await campaigns.recount(db, campaign.id)
        return kept

    async def signature(self, telegram_id: int, slug: str = "keep-the-unit") -> Signature | None:
        async with self.database.reading() as db:
            campaign = await campaigns.by_slug(db, slug)
            supporter = await supporters.by_telegram_id(db, telegram_id)
            assert campaign is not None
            return await signatures.of(db, campaign.id, supporter.id) if supporter else None

    async def consents(self, telegram_id: int, slug: str = "keep-the-unit") -> dict[str, Consent]:
        async with self.database.reading() as db:
            campaign = await campaigns.by_slug(db, slug)
            supporter = await supporters.by_telegram_id(db, telegram_id)
            assert campaign is not None
            assert supporter is not None
            return await consents.current(db, supporter.id, campaign.id)

    async def publish(self, **changes: Any) -> Definition:
        """Change the example campaign and publish it; the bot sees it at once."""
        definition = load_definition(EXAMPLE).model_copy(update={"quiet_hours": "", **changes})
        await publish(self.database, definition, now=datetime.now(UTC))
        self.services.catalogue.look_again()
        return definition

    async def control(self, what: str, **order: Any) -> None:
        """Order something of the simulator: a fault, other limits, redelivery."""
        order_to = f"{self.address}/control/{what}"
        async with self.session.post(order_to, json=order) as answer:
            assert answer.status < 300, await answer.text()

    async def mends(self) -> None:
        """End all ordered faults."""
        async with self.session.delete(f"{self.address}/control/faults") as answer:
            assert answer.status < 300, await answer.text()
