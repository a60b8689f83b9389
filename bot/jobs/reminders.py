"""Send reminders one at a time, so that a kill costs one at most."""

from typing import Any

from telegram.ext import ExtBot

from bot.jobs.loops import shielded
from bot.jobs.notifications import tell
from campaign import reminders
from handlers.services import Services
from handlers.supporter.reminders import screen


async def send_due(services: Services, bot: ExtBot[Any]) -> None:
    """Send all reminders that can be sent now.

    Raises:
        DatabaseUnavailable: those that have not been claimed are due still.
    """
    while await shielded(send_next(services, bot)):
        pass


async def send_next(services: Services, bot: ExtBot[Any]) -> bool:
    """Send the reminder that has waited longest.

    It is taken for sent before it is: killing the bot in between costs that one, and nobody gets
    one twice. One that is known not to have been sent is due again.

    Returns:
        Whether there may be another that can be sent at once.

    Raises:
        DatabaseUnavailable: what has not been claimed is due still.
    """
    petitions = await services.catalogue.by_id()
    async with services.database.transaction() as db:
        one, more = await reminders.claim_next(
            db, petitions, now=services.clock(), emails=services.emails_updates
        )
    services.letters_queued.set()
    if one is None:
        return more
    language = services.renderer.match(one.language, one.telegram_language)
    message = screen(petitions[one.campaign_id], one.kind, language)
    if await tell(services, bot, one.telegram_id, message, language, about=f"reminder:{one.kind}"):
        return True
    async with services.database.transaction() as db:
        await reminders.give_back(db, one)
    return False
