"""Telling a campaign's story as staff do, and its dates: what several tests do."""

import asyncio
from datetime import UTC, datetime

from storage import decisions
from storage.decisions import Decision
from tests.e2e.people import Answer, Person
from tests.stage.bot import Bot

NOW = datetime(2009, 11, 3, 10, tzinfo=UTC)
DAY_BEFORE = datetime(2009, 11, 15, 9, tzinfo=UTC)  # London is on UTC in November
MORNING_AFTER = datetime(2009, 11, 19, 9, tzinfo=UTC)
WHAT = "Does the trafficking unit stay open?"


async def adds(owner: Person, kind: str, *answers: str) -> Answer:
    """From /event to the look at it; an answer in ‹› is a button."""
    await owner.says("/event")
    await owner.taps(kind)
    return await goes_on(owner, *answers)


async def goes_on(owner: Person, *answers: str) -> Answer:
    for answer in answers:
        if answer.startswith("‹"):
            await owner.taps(answer.strip("‹›"))
        else:
            await owner.says(answer)
    return owner.last


async def saves(owner: Person) -> Answer:
    return await owner.taps("Add to the timeline")


async def expected(owner: Person, days: str = "16 to 18 November") -> Answer:
    """Staff add the decision of the police authority."""
    await adds(owner, "A decision", "The Metropolitan Police Authority", WHAT)
    await goes_on(owner, days, "‹Skip›", "‹Skip›")
    return await saves(owner)


async def kept(stage: Bot) -> Decision:
    async with stage.database.reading() as db:
        found = await decisions.of(db, 1)
    assert found is not None
    return found


async def settles(stage: Bot) -> None:
    """Wait until the bot has looked at its dates."""
    for _ in range(100):
        await asyncio.sleep(0.02)
        if not stage.services.dates_due.is_set():
            break
    await asyncio.sleep(0.3)
