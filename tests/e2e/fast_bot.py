"""A bot whose clock a test moves, and whose background tasks look at it often."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from campaign.definition.model import load_definition
from campaign.definition.next_steps import LetterTexts, LetterTo
from handlers.services import Services
from tests.e2e.running_bot import EXAMPLE, RunningBot, simulator_within

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
        return datetime.now(UTC) + self.ahead

    def pass_(self, **time: float) -> None:
        self.ahead += timedelta(**time)

    def put(self, at: datetime) -> None:
        self.ahead = at - datetime.now(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("bot.application.Services", partial(Services, clock=clock))
    monkeypatch.setattr("bot.background.SOON_SECONDS", 0.05)
    return clock


@pytest.fixture
async def stage(clock: Clock, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """The example campaign, on SQLite, by polling, on the steered clock."""
    async with simulator_within() as address, RunningBot.open(address, tmp_path) as stage:
        yield stage


async def offers(stage: RunningBot, *steps: str, **changes: object) -> None:
    """Publish the example with these steps, and with a letter in each language."""
    text = load_definition(EXAMPLE).text
    written = {
        language: texts.model_copy(update={"letter": LETTER}) for language, texts in text.items()
    }
    await stage.publish(steps=steps, letter=TO, text=written, **changes)
