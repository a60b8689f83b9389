"""Fetch files that staff have sent (https://core.telegram.org/bots/api#getfile)."""

from typing import Any

from telegram.ext import ExtBot

from channels.telegram.show import with_retries


async def fetch(bot: ExtBot[Any], file_id: str) -> bytes:
    """What is in a file.

    Raises:
        telegram.error.TelegramError: it cannot be had.
    """
    file = await with_retries(lambda: bot.get_file(file_id))
    return bytes(await with_retries(file.download_as_bytearray))
