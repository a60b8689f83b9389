"""State of the running bot: its parts, and what it is doing now."""

import asyncio
from dataclasses import dataclass, field

from bot.metrics import Metrics
from bot.roles import ALL, Role
from campaign.delivery.dispatch import Dispatch
from handlers.services import Services


@dataclass(slots=True)
class AppState:
    """What can be looked at; the later parts come when the bot has made them.

    Attributes:
        dispatch: the one who sends broadcasts; None until Telegram has been reached, and for good
            where this is another process's.
        has_begun: whether it does what its role says, or waits until it can take over.
        takes_updates: whether Telegram's updates come to this process.
        waits_for_telegram: whether it cannot begin because Telegram is away, or asks it to wait.
        does_jobs: whether this process does the jobs; of several, one does.
        stop: set when the process is to come to its end.
    """

    services: Services
    metrics: Metrics = field(default_factory=Metrics)
    dispatch: Dispatch | None = None
    role: Role = ALL
    has_begun: bool = False
    takes_updates: bool = False
    waits_for_telegram: bool = False
    does_jobs: bool = False
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def leads(self) -> bool:
        return self.dispatch is not None and self.dispatch.leads

    @property
    def duties(self) -> tuple[str, ...]:
        """What it does at this moment."""
        done = {"updates": self.takes_updates, "sending": self.leads, "jobs": self.does_jobs}
        done["waiting"] = self.waits_for_telegram
        return tuple(name for name, does in done.items() if does)

    def waits(self, does: bool) -> None:
        self.waits_for_telegram = does
