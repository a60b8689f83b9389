"""A bot whose clock a test moves, and whose background tasks look at it often."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from campaign.definition.campaign_file import load_definition
from campaign.definition.next_steps import LetterTexts, LetterTo
from tests.stage.bot import EXAMPLE, Bot
from tests.stage.clock import utc_now
from tests.stage.stage import Stage, Telegram

LETTER = LetterTexts(
    subject="Please keep the unit",
    opening="Dear Commissioner, I ask you to keep the unit.",
    points=("It finds people.", "It needs {money} & <time>."),
    closing="Yours sincerely,",
)
TO = LetterTo(to="commissioner@example.org", form="https://example.org/contact")


@dataclass
class Clock:
    """The bot's clock: it runs on from where a test has put it."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead

    def pass_(self, **time: float) -> None:
        self.ahead += timedelta(**time)

    def put(self, at: datetime) -> None:
        self.ahead = at - utc_now()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr("bot.background.SOON_SECONDS", 0.1)
    return Clock()


@pytest.fixture
async def stage(telegram: Telegram, clock: Clock, tmp_path: Path) -> AsyncIterator[Stage]:
    """The example campaign, on the steered clock."""
    async with Stage.on(telegram, tmp_path, clock=clock) as stage:
        yield stage


async def offers(stage: Bot, *steps: str, **changes: object) -> None:
    """Publish the example with these steps, and with a letter in each language."""
    text = load_definition(EXAMPLE).text
    written = {
        language: texts.model_copy(update={"letter": LETTER}) for language, texts in text.items()
    }
    await stage.publish(steps=steps, letter=TO, text=written, **changes)
