"""Plays the story: puts the clock on, lets each chapter happen, and says where it is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC

import aiohttp

from replay.chapters import CHAPTERS, Cast, Chapter
from replay.clock import Clock
from replay.crowd import Crowd
from replay.office import Office
from replay.people import Person

ADA, BEN, SAM, CARYS = 7_000_000_001, 7_000_000_002, 7_000_000_003, 7_000_000_004
"""The people of the demo, whose phones stand side by side in the page."""


@asynccontextmanager
async def cast(address: str, *, pause: float) -> AsyncIterator[Cast]:
    """Everybody with their phones.

    Args:
        address: the simulator's.
        pause: seconds between two people of the crowd.
    """
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def known(number: int, name: str) -> Person:
            person = Person(session, address, number, name)
            await person.catches_up()
            return person

        yield Cast(
            office=Office(await known(SAM, "Sam")),
            crowd=Crowd(session, address, pause),
            ada=await known(ADA, "Ada"),
            ben=await known(BEN, "Ben"),
            carys=await known(CARYS, "Carys"),
        )


async def play(
    people: Cast,
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
    for chapter in chapters:
        clock.set(chapter.at.astimezone(UTC))
        tell(f"{chapter.at:%-d %B %Y}: {chapter.title}")
        await people.office.turns_the_page()
        await chapter.happens(people)
        await asyncio.sleep(rest)
