"""Replies to a message of the bot: which of its buttons say what the reply is about."""

from typing import TypeVar

import telegram

from handlers.actions import Action

Found = TypeVar("Found", bound=Action)


def action_under(message: telegram.Message | None, kind: type[Found]) -> Found | None:
    """The first button of this kind under the message of ours that another one replies to.

    Only the bot's own messages have buttons of the bot, and Telegram itself says which message a
    reply is to, so what is found was put there by the bot.
    """
    replied = message.reply_to_message if message else None
    if replied is None or replied.reply_markup is None:
        return None
    sender = replied.from_user
    if sender is None or sender.id != replied.get_bot().id:
        return None
    rows = getattr(replied.reply_markup, "inline_keyboard", ())
    found = (kind.parse(str(button.callback_data or "")) for row in rows for button in row)
    return next((one for one in found if one is not None), None)
