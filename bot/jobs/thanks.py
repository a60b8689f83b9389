"""Thank people whose friends have signed, at most hourly and at most once each."""

import asyncio
from functools import partial
from typing import Any

import structlog
from telegram.ext import ExtBot

from bot.jobs.loops import run_on_event
from bot.jobs.notifications import tell
from campaign.petition import Petition
from campaign.referrals import thanks
from campaign.referrals.thanks import Thanks
from handlers.screens import Button, Screen, Text
from handlers.services import Services
from handlers.supporter.buttons import Page
from handlers.supporter.referrals import Choose

log = structlog.get_logger()

TOGETHER = 100
PAUSE_SECONDS = 1.0


async def run_thanks(services: Services, bot: ExtBot[Any]) -> None:
    """Send what is due whenever somebody has signed, or the schedule says so; never returns."""
    work = partial(send_due, services, bot)
    await run_on_event(services.credited, "thanks", work, pause_after=PAUSE_SECONDS)


async def send_due(services: Services, bot: ExtBot[Any]) -> bool:
    """Send the thank-yous that are due now.

    One is taken for sent before it is: killing the bot in between costs somebody a thank-you, and
    the next one tells the total all the same. One that is known not to have been sent is due again.

    Returns:
        Whether there may be more that can be sent at once.

    Raises:
        DatabaseUnavailable: what has not been claimed is due still.
    """
    queued = 0
    async with services.database.transaction() as db:
        due = await thanks.claim_due(db, now=services.clock(), limit=TOGETHER)
        if services.emails_updates:
            queued = await thanks.queue_letters(db, now=services.clock(), limit=TOGETHER)
    if queued:
        services.letters_queued.set()
    petitions = await services.catalogue.by_id()
    sent = await asyncio.gather(
        *(
            _send(services, bot, one, petitions[one.campaign_id])
            for one in due
            if one.campaign_id in petitions  # a draft again: nothing is said of it
        )
    )
    return queued == TOGETHER or (len(due) == TOGETHER and all(sent))


async def _send(services: Services, bot: ExtBot[Any], one: Thanks, petition: Petition) -> bool:
    """Whether it is out of our hands; if not, it is due again."""
    language = services.renderer.match(one.language, one.telegram_language)
    screen = _screen(petition, one, language)
    about = f"thanks:{one.link_id}"
    if await tell(services, bot, one.telegram_id, screen, language, about=about):
        return True
    async with services.database.transaction() as db:
        await thanks.give_back(db, one)
    return False


def _screen(petition: Petition, one: Thanks, language: str) -> Screen:
    variables = {
        "campaign": petition.view(language),
        "new": one.new,
        "total": one.total,
        "step": one.step,
    }
    return Screen(
        Text("referrals/thanks", variables),
        [
            [Button("my_friends", Page("friends", petition.id))],
            [Button("no_more_thanks", Choose(petition.id, "thanks", "off"))],
        ],
    )
