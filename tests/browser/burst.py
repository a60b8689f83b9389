"""A burst of signatures, noticed as the bot notices it, under a clock that stands still."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.invalidation import bursts
from tests.bot.web_door import NOW, Door


@dataclass
class Clock:
    """Shows what it is set to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def stop_clock(world: Door) -> Clock:
    """The clock of the world, which stands still from now on."""
    world.services.clock = clock = Clock()
    return clock


async def begins(world: Door, clock: Clock) -> None:
    """Thirty sign from one postcode."""
    (petition,) = await world.services.catalogue.petitions()
    await world.sign(petition, ["SW1A 1AA"] * 30)
    clock.now = NOW + timedelta(minutes=5)
    assert await bursts.detect(world.services.database, petition, now=clock.now)
