"""In a group the bot is brief: the petition's card. `/petition` posts it for everybody,
`/petition NAME` that of the petition of that short name. Whoever asks by another command is
answered so that nobody else sees it, where Telegram lets the bot.

https://core.telegram.org/bots/api#ephemeralmessageparameters
"""

from contextlib import suppress

import telegram
from telegram.error import BadRequest, ChatMigrated, RetryAfter

from channels.telegram.outgoing import is_secret
from channels.telegram.show import post, post_to_one
from handlers import group
from handlers.services import Services

FOR_EVERYBODY = "petition"
FOR_ONESELF = "sign"
"""Commands in the menu of groups. Telegram shows the latter to nobody but the bot."""


async def answer(services: Services, update: telegram.Update) -> None:
    """One message. Nothing about anybody is read; an answer that is held is kept with who asked."""
    asked, user = update.effective_message, update.effective_user
    if asked is None:
        return None
    language = services.renderer.match(user.language_code if user else None)
    named = frozenset((asked.text or "").split()[1:2])
    screen = await group.card(services, named, language)
    if not is_secret(asked) and _asks_for_oneself(asked):
        # A server before Bot API 10.3 passes over the wish, and shows it to everybody; a bot that
        # is no administrator is refused. Nobody is behind what a chat sends (sender_chat).
        with suppress(BadRequest, RetryAfter, ChatMigrated):
            return await post_to_one(services, update, screen, language)
    return await post(services, update, screen, language)


def _asks_for_oneself(asked: telegram.Message) -> bool:
    command = (asked.text or "").split()[:1]
    name = command[0].partition("@")[0].lower() if command else ""
    is_command = name.startswith("/") and name != f"/{FOR_EVERYBODY}"
    return is_command and asked.sender_chat is None
