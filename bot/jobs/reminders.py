"""Reminding people: each once, one after the other, so that a kill costs one reminder at most."""

from functools import partial
from typing import Any

from telegram.ext import ExtBot

from bot.jobs.loops import keep_doing, to_its_end
from bot.jobs.notifications import tell
from campaign import reminders
from handlers.services import House
from handlers.supporter.reminders import screen

SECONDS = 20.0
"""Between two looks."""


async def keep_reminding(house: House, bot: ExtBot[Any]) -> None:
    """Send the reminders that have come due; never returns."""
    await keep_doing(
        "reminders", partial(send_due, house, bot), every=min(SECONDS, house.looks_every)
    )


async def send_due(house: House, bot: ExtBot[Any]) -> None:
    """Send all reminders that can be sent now.

    Raises:
        DatabaseUnavailable: those that have not been claimed are due still.
    """
    while await to_its_end(send_next(house, bot)):
        pass


async def send_next(house: House, bot: ExtBot[Any]) -> bool:
    """Send the reminder that has waited longest.

    It is taken for sent before it is: killing the bot in between costs that one, and nobody gets
    one twice. One that is known not to have been sent is due again.

    Returns:
        Whether there may be another that can be sent at once.

    Raises:
        DatabaseUnavailable: what has not been claimed is due still.
    """
    petitions = await house.catalogue.by_id()
    async with house.database.transaction() as db:
        one, more = await reminders.claim_next(db, petitions, now=house.clock())
    if one is None:
        return more
    language = house.renderer.match(one.language, one.telegram_language)
    message = screen(petitions[one.campaign_id], one.kind, language)
    if await tell(house, bot, one.telegram_id, message, language, about=f"reminder:{one.kind}"):
        return True
    async with house.database.transaction() as db:
        await reminders.give_back(db, one)
    return False
