"""Telling a person something that is not an answer: in the bulk lane; what a refusal means."""

from typing import Any

import structlog
import telegram
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.transport import NotSent
from handlers.house import House
from handlers.screen import Screen
from handlers.show import markup_of, text_of
from storage import supporters

log = structlog.get_logger()


async def tell(
    house: House, bot: ExtBot[Any], telegram_id: int, screen: Screen, language: str, *, about: str
) -> bool:
    """Send a message; who has blocked the bot cannot be reached from now on.

    Args:
        about: what to call it in the log, without anything about the person.

    Returns:
        Whether it is out of our hands; False if it is known not to have been sent.

    Raises:
        storage.errors.DatabaseUnavailable: it could not be kept that the person is out of reach.
    """
    markup = markup_of(house, screen, language)
    try:
        await bot.send_message(
            telegram_id,
            text_of(house, screen, language),
            reply_markup=telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None,
            rate_limit_args="bulk",
        )
    except Forbidden:
        async with house.database.transaction() as db:
            await supporters.set_reachable(db, telegram_id, False)
    except (NotSent, RetryAfter):
        return False
    except TelegramError as error:
        log.warning("may not have arrived", what=about, reason=type(error).__name__)
    return True
