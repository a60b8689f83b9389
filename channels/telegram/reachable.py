"""Track whether a person has blocked the bot."""

import telegram
from telegram import ChatMember

from handlers.services import Services
from storage import supporters


async def changed(services: Services, update: telegram.Update) -> None:
    """Keep that the person has blocked the bot, or let it in again. Nothing is answered."""
    change = update.my_chat_member
    if change is None or change.chat.type != telegram.constants.ChatType.PRIVATE:
        return
    async with services.database.transaction() as db:
        await supporters.set_reachable(
            db, change.chat.id, change.new_chat_member.status != ChatMember.BANNED
        )
