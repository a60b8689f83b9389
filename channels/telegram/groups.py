"""In a group the bot is brief: the petition's card. `/petition` posts it for everybody,
`/petition NAME` that of the petition of that short name. Whoever asks by another command is
answered so that nobody else sees it, where Telegram lets the bot.

https://core.telegram.org/bots/api#ephemeralmessageparameters
"""

import structlog
import telegram
from telegram.error import BadRequest, RetryAfter

from channels.telegram.outgoing import Place
from channels.telegram.show import post, post_to_one
from handlers import group
from handlers.services import Services

log = structlog.get_logger()

FOR_EVERYBODY = "petition"
FOR_ONESELF = "sign"
"""Commands in the menu of groups. Telegram shows the latter to nobody but the bot."""


async def answer(services: Services, update: telegram.Update) -> None:
    """One message; nothing about anybody is read or kept."""
    asked, user = update.effective_message, update.effective_user
    if asked is None:
        return
    language = services.renderer.match(user.language_code if user else None)
    named = frozenset((asked.text or "").split()[1:2])
    screen = await group.card(services, named, language)
    is_secret = "ephemeral_message_id" in asked.api_kwargs
    if user is not None and (is_secret or _asks_for_oneself(asked)):
        # A server before Bot API 10.3 passes over the wish, and shows it to everybody. A bot that
        # is no administrator may answer only what was asked in secret.
        try:
            await post_to_one(services, update, screen, language, _to_one(user, asked))
        except (BadRequest, RetryAfter) as refused:
            if is_secret:
                log.warning("not answered in a group", reason=type(refused).__name__)
                return
        else:
            return
    await post(services, update, screen, language)


def _asks_for_oneself(asked: telegram.Message) -> bool:
    command = (asked.text or "").split()[:1]
    name = command[0].partition("@")[0].lower() if command else ""
    return name.startswith("/") and name != f"/{FOR_EVERYBODY}"


def _to_one(user: telegram.User, asked: telegram.Message) -> Place:
    to: Place = {"ephemeral_message_parameters": {"receiver_user_id": user.id}}
    number = asked.api_kwargs.get("ephemeral_message_id")
    if isinstance(number, int):
        to["reply_parameters"] = {"ephemeral_message_id": number}
    return to
