"""The morning summary: sent to those of the staff who want it, one after the other."""

from functools import partial
from typing import Any

from telegram.ext import ExtBot

from bot.jobs.loops import keep_doing, to_its_end
from bot.jobs.notifications import tell
from campaign.petition import Petition
from campaign.stats import morning
from handlers.services import House
from handlers.staff.stats.summary import screen
from storage import morning_summaries

SECONDS = 30.0
"""Between two looks."""


async def keep_mornings(house: House, bot: ExtBot[Any]) -> None:
    """Send the summaries that have come due; never returns."""
    await keep_doing(
        "summaries", partial(send_due, house, bot), every=min(SECONDS, house.looks_every)
    )


async def send_due(house: House, bot: ExtBot[Any]) -> None:
    """Send all summaries that are due now.

    Raises:
        DatabaseUnavailable: those that have not been claimed are due still.
    """
    for petition in await house.catalogue.petitions():
        while await to_its_end(send_next(house, bot, petition)):
            pass


async def send_next(house: House, bot: ExtBot[Any], petition: Petition) -> bool:
    """Send one summary of this campaign, if one is due.

    Returns:
        Whether there may be another that can be sent at once.
    """
    now = house.clock()
    async with house.database.transaction() as db:
        claimed = await morning.claim_next(db, petition, now=now)
    if claimed is None:
        return False
    one, day = claimed
    language = house.renderer.match(one.language, one.telegram_language)
    async with house.database.reading() as db:
        found = await morning.summary(db, petition, language, now=now)
    message = screen(house, petition, found, language)
    if await tell(house, bot, one.telegram_id, message, language, about="summary"):
        return True
    async with house.database.transaction() as db:
        await morning_summaries.give_back(db, one, day)
    return False
