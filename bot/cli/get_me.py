"""Ask Telegram for the bot's account."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """The bot's account.

    Attributes:
        username: without the @.
    """

    username: str
    name: str


async def ask_who(api_url: str, token: str) -> Account:
    """Call getMe once.

    Raises:
        telegram.error.InvalidToken: there is no bot with this token.
        telegram.error.NetworkError: the server cannot be reached.
        telegram.error.TelegramError: it refuses.
    """
    from telegram import Bot

    async with Bot(token, base_url=f"{api_url}/bot", base_file_url=f"{api_url}/file/bot") as bot:
        me = await bot.get_me()
    return Account(me.username or "", me.first_name)
