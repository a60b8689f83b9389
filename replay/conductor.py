"""Plays the story: puts the clock on, lets each chapter happen, and says where it is."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC

import aiohttp

from replay.chapters import CHAPTERS, Cast, Chapter
from replay.clock import Clock
from replay.crowd import Crowd
from replay.office import Office
from replay.pace import Pace
from replay.people import Person

ADA, BEN, SAM, CARYS = 7_000_000_001, 7_000_000_002, 7_000_000_003, 7_000_000_004
"""The people of the demo, whose phones stand side by side in the page."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story is played.

    Attributes:
        people: everybody with their phones.
        pace: how fast it goes.
        session, address: of the simulator, which shows where the story is.
    """

    people: Cast
    pace: Pace
    session: aiohttp.ClientSession
    address: str

    async def shows(self, **what: object) -> None:
        """Say on the page what happens now, and set the simulator's clocks to it."""
        async with self.session.post(f"{self.address}/control/story", json=what) as answer:
            answer.raise_for_status()


@asynccontextmanager
async def opened(address: str, *, pause: float) -> AsyncIterator[Stage]:
    """A stage with everybody on it.

    Args:
        address: the simulator's.
        pause: seconds between two people of the crowd.
    """
    connector, pace = aiohttp.TCPConnector(limit=0), Pace()
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        pace.following(session, address),
    ):

        async def known(number: int, name: str) -> Person:
            person = Person(session, address, number, name)
            await person.catches_up()
            return person

        people = Cast(
            office=Office(await known(SAM, "Sam")),
            crowd=Crowd(session, address, pace, pause),
            ada=await known(ADA, "Ada"),
            ben=await known(BEN, "Ben"),
            carys=await known(CARYS, "Carys"),
        )
        yield Stage(people, pace, session, address)


async def play(
    stage: Stage,
    clock: Clock,
    tell: Callable[[str], None],
    *,
    rest: float,
    chapters: Sequence[Chapter] = CHAPTERS,
) -> None:
    """Play chapter after chapter.

    Args:
        rest: seconds between two chapters, to look around.
        tell: is told when which chapter begins.
    """
    for number, chapter in enumerate(chapters, 1):
        clock.set(chapter.at.astimezone(UTC))
        await stage.shows(
            chapter=number,
            chapters=len(chapters),
            at=chapter.at.isoformat(),
            title=chapter.title,
            caption=chapter.caption,
        )
        stage.pace.begin_chapter()
        tell(f"{chapter.at:%-d %B %Y}: {chapter.title}")
        await stage.people.office.turns_the_page()
        await chapter.happens(stage.people)
        await stage.pace.wait(rest)
    await stage.shows(over=True)
