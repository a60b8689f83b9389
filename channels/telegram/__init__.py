"""Updates in: polling and webhook, each confirmed after it has been handled."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

# python-telegram-bot's way of the future: waits as timedelta, not as a number that warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")

Handle = Callable[[dict[str, Any]], Awaitable[None]]
"""Handles one update as Telegram sent it (https://core.telegram.org/bots/api#update)."""

ALLOWED_UPDATES = (
    *("message", "edited_message", "callback_query", "my_chat_member"),
    *("inline_query", "chosen_inline_result"),
)


class Redeliver(Exception):
    """An update could not be handled now: Telegram is to deliver it again."""
