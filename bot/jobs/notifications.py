"""Telling a person something that is not an answer, and what a refusal means."""

from dataclasses import dataclass
from typing import Any

import structlog
import telegram
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from channels.telegram.http_client import NotSent
from handlers.screens import Screen
from handlers.services import Services
from handlers.show import deliver, markup_of, text_of
from storage import supporters

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Told:
    """Where somebody has been told."""

    chat: int
    message: int


async def send(
    services: Services,
    bot: ExtBot[Any],
    telegram_id: int,
    screen: Screen,
    language: str,
    **more: Any,
) -> telegram.Message:
    """Send a screen as a message.

    Args:
        more: as `send_message` takes it.

    Raises:
        telegram.error.TelegramError: what Telegram refused, or the last failure.
    """
    markup = markup_of(services, screen, language)
    return await bot.send_message(
        telegram_id,
        text_of(services, screen, language),
        reply_markup=telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None,
        **more,
    )


async def tell_now(
    services: Services,
    bot: ExtBot[Any],
    telegram_id: int,
    screen: Screen,
    language: str,
    *,
    about: str,
) -> Told | None:
    """Send what few people are waiting for, like an answer, with the letters that go before it.

    Args:
        about: what to call it in the log, without anything about the person.

    Returns:
        None if it cannot be done, which is logged.
    """
    try:
        await deliver(bot, telegram_id, screen.letters)
        sent = await send(services, bot, telegram_id, screen, language)
    except TelegramError as error:
        log.warning("not told", what=about, reason=type(error).__name__)
        return None
    return Told(telegram_id, sent.message_id)


async def tell(
    services: Services,
    bot: ExtBot[Any],
    telegram_id: int,
    screen: Screen,
    language: str,
    *,
    about: str,
) -> bool:
    """Send a message in the bulk lane; who has blocked the bot cannot be reached from now on.

    Args:
        about: what to call it in the log, without anything about the person.

    Returns:
        Whether it is out of our hands; False if it is known not to have been sent.

    Raises:
        storage.errors.DatabaseUnavailable: it could not be kept that the person is out of reach.
    """
    try:
        await send(services, bot, telegram_id, screen, language, rate_limit_args="bulk")
    except Forbidden:
        async with services.database.transaction() as db:
            await supporters.set_reachable(db, telegram_id, False)
    except (NotSent, RetryAfter):
        return False
    except TelegramError as error:
        log.warning("may not have arrived", what=about, reason=type(error).__name__)
    return True
