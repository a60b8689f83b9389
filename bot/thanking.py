"""Thanking people whose friends have signed: once an hour at most, each message once at most."""

import asyncio
from typing import Any

import structlog
import telegram
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.transport import NotSent
from campaign.petition import Petition
from campaign.referrals import thanks
from campaign.referrals.thanks import Thanks
from handlers.house import House
from handlers.screen import Button, Screen, Text
from handlers.show import markup_of, text_of
from storage import supporters
from storage.errors import DatabaseUnavailable

log = structlog.get_logger()

TOGETHER = 100
PAUSE_SECONDS = 1.0


async def keep_thanking(house: House, bot: ExtBot[Any]) -> None:
    """Send what is due whenever somebody has signed, or the schedule says so; never returns."""
    while True:
        await house.credited.wait()
        house.credited.clear()
        try:
            while await send_due(house, bot):
                pass
        except DatabaseUnavailable:
            log.warning("thanks left for later: database away")
        except Exception:
            log.exception("thanks failed")
        await asyncio.sleep(PAUSE_SECONDS)


async def send_due(house: House, bot: ExtBot[Any]) -> bool:
    """Send the thank-yous that are due now.

    One is taken for sent before it is: killing the bot in between costs somebody a thank-you, and
    the next one tells the total all the same. One that is known not to have been sent is due again.

    Returns:
        Whether there may be more that can be sent at once.

    Raises:
        DatabaseUnavailable: what has not been claimed is due still.
    """
    async with house.database.transaction() as db:
        due = await thanks.claim_due(db, now=house.clock(), limit=TOGETHER)
    petitions = {petition.id: petition for petition in await house.catalogue.petitions()}
    sent = await asyncio.gather(
        *(
            _send(house, bot, one, petitions[one.campaign_id])
            for one in due
            if one.campaign_id in petitions  # a draft again: nothing is said of it
        )
    )
    return len(due) == TOGETHER and all(sent)


async def _send(house: House, bot: ExtBot[Any], one: Thanks, petition: Petition) -> bool:
    """Whether it is out of our hands; if not, it is due again."""
    language = house.renderer.match(one.language, one.telegram_language)
    screen = _screen(petition, one, language)
    markup = markup_of(house, screen, language)
    keyboard = telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None
    try:
        await bot.send_message(
            one.telegram_id,
            text_of(house, screen, language),
            reply_markup=keyboard,
            rate_limit_args="bulk",
        )
    except Forbidden:
        async with house.database.transaction() as db:
            await supporters.set_reachable(db, one.telegram_id, False)
    except (NotSent, RetryAfter):
        async with house.database.transaction() as db:
            await thanks.give_back(db, one)
        return False
    except TelegramError as error:
        log.warning("thanks may not have arrived", link_id=one.link_id, reason=type(error).__name__)
    return True


def _screen(petition: Petition, one: Thanks, language: str) -> Screen:
    variables = {
        "campaign": petition.view(language),
        "new": one.new,
        "total": one.total,
        "step": one.step,
    }
    return Screen(
        Text("friends/thanks", variables),
        [
            [Button("my_friends", f"page:friends:{petition.id}")],
            [Button("no_more_thanks", f"mine:{petition.id}:thanks:off")],
        ],
    )
