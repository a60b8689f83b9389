"""Jobs that end the process they run in: after two attempts they are put aside, and staff are told.

An attempt is counted before it begins and given back when it is broken off for another reason, so
what brings the process down is not begun for ever, not after a restart either.
"""

from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.notifications import tell_now
from campaign import staff
from handlers.screens import Screen, Text
from handlers.services import Services
from storage import supporters

log = structlog.get_logger()

MOST_ATTEMPTS = 2


async def tell_staff(
    services: Services,
    bot: ExtBot[Any],
    text: Text,
    *,
    campaign_id: int,
    requested_by: int | None,
    about: str,
) -> None:
    """Tell the person who asked for a job, and the campaign's owners, that it has been put aside.

    Args:
        requested_by: a supporter's id.
        about: what to call the job in the log.
    """
    log.error("job put aside", what=about, campaign_id=campaign_id)
    async with services.database.reading() as db:
        people = {
            owner.telegram_id: (owner.language, owner.telegram_language)
            for owner in await staff.owners(db, campaign_id)
        }
        asker = await supporters.by_id(db, requested_by or 0)
    if asker is not None:
        people[asker.telegram_id] = (asker.language, asker.telegram_language)
    for telegram_id, languages in people.items():
        language = services.renderer.match(*languages)
        await tell_now(services, bot, telegram_id, Screen(text), language, about=about)
