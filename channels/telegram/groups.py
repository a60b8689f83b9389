"""In a group the bot is brief: the petition's card. `/petition` posts it, `/petition NAME` that of
the petition of that short name."""

import telegram

from channels.telegram.show import post
from handlers import group
from handlers.services import Services


async def answer(services: Services, update: telegram.Update) -> None:
    """One message; nothing about anybody is read or kept."""
    asked = update.effective_message
    if asked is None:
        return
    user = update.effective_user
    language = services.renderer.match(user.language_code if user else None)
    named = frozenset((asked.text or "").split()[1:2])
    await post(services, update, await group.card(services, named, language), language)
