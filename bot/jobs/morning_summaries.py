"""Send the morning summary to the staff who want it."""

from functools import partial
from typing import Any

from telegram.ext import ExtBot

from bot.jobs.loops import run_every, shielded
from bot.jobs.notifications import tell
from campaign.petition import Petition
from campaign.stats import morning
from handlers.services import Services
from handlers.staff.stats.summary import screen
from storage import morning_summaries

SECONDS = 30.0
"""Between two looks."""


async def run_morning_summaries(services: Services, bot: ExtBot[Any]) -> None:
    """Send the summaries that have come due; never returns."""
    await run_every(
        "summaries", partial(send_due, services, bot), every=min(SECONDS, services.looks_every)
    )


async def send_due(services: Services, bot: ExtBot[Any]) -> None:
    """Send all summaries that are due now.

    Raises:
        DatabaseUnavailable: those that have not been claimed are due still.
    """
    for petition in await services.catalogue.petitions():
        while await shielded(send_next(services, bot, petition)):
            pass


async def send_next(services: Services, bot: ExtBot[Any], petition: Petition) -> bool:
    """Send one summary of this campaign, if one is due.

    Returns:
        Whether there may be another that can be sent at once.
    """
    now = services.clock()
    async with services.database.transaction() as db:
        claimed = await morning.claim_next(db, petition, now=now)
    if claimed is None:
        return False
    one, day = claimed
    language = services.renderer.match(one.language, one.telegram_language)
    async with services.database.reading() as db:
        found = await morning.summary(db, petition, language, now=now)
    message = screen(services, petition, found, language)
    if await tell(services, bot, one.telegram_id, message, language, about="summary"):
        return True
    async with services.database.transaction() as db:
        await morning_summaries.give_back(db, one, day)
    return False
