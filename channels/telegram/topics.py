"""Topics of a group: https://core.telegram.org/bots/api#createforumtopic"""

from typing import Any

import structlog
from telegram.error import BadRequest
from telegram.ext import ExtBot

log = structlog.get_logger()

LONGEST_NAME = 128

_LOST = ("thread not found", "topic_deleted", "topic_closed")
"""The latter from https://core.telegram.org/method/messages.sendMessage"""


async def open_topic(bot: ExtBot[Any], chat_id: int, name: str) -> int | None:
    """Open a topic; None if the group has no topics any more, or the bot may not open any.

    Raises:
        telegram.error.TelegramError: it could not be asked for.
    """
    try:
        topic = await bot.create_forum_topic(chat_id, name[:LONGEST_NAME])
    except BadRequest:
        log.warning("topic not opened: is the bot an administrator who may manage topics?")
        return None
    return topic.message_thread_id


def is_lost(refused: BadRequest) -> bool:
    """Whether a message was refused because its topic has been deleted or closed."""
    why = refused.message.lower()
    return any(one in why for one in _LOST)
