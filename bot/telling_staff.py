"""Writing to staff of something that they have not asked about."""

from dataclasses import dataclass
from typing import Any

import structlog
import telegram
from telegram.error import TelegramError
from telegram.ext import ExtBot

from campaign.staff import may
from handlers.house import House
from handlers.screen import Screen
from handlers.show import deliver, markup_of, text_of
from storage import staff
from storage.database import Connection
from storage.staff import Member

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Told:
    """Where somebody has been told."""

    chat: int
    message: int


async def editors_of(db: Connection, campaign_id: int) -> list[Member]:
    """Owners and editors of a campaign who have written to the bot, each once."""
    found = {
        one.telegram_id: one
        for one in await staff.all(db)
        if one.campaign_id in (None, campaign_id)
        and may(one.role, "editor")
        and one.first_name is not None
    }
    return list(found.values())


async def tell(house: House, bot: ExtBot[Any], member: Member, screen: Screen) -> Told | None:
    """Send a screen to one of the staff; None if it cannot be done, which is logged."""
    language = house.renderer.match(member.language, member.telegram_language)
    markup = markup_of(house, screen, language)
    keyboard = telegram.InlineKeyboardMarkup.de_json(markup, bot) if markup else None
    try:
        await deliver(bot, member.telegram_id, screen.letters)
        sent = await bot.send_message(
            member.telegram_id, text_of(house, screen, language), reply_markup=keyboard
        )
    except TelegramError as error:
        log.warning("staff not told", reason=type(error).__name__)
        return None
    return Told(member.telegram_id, sent.message_id)
