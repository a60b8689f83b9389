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


async def ask_who(api_url: str, token: str, proxy: str = "") -> Account:
    """Call getMe once.

    Args:
        proxy: as channels.telegram.proxy gives it.

    Raises:
        telegram.error.InvalidToken: there is no bot with this token.
        telegram.error.NetworkError: the server cannot be reached.
        telegram.error.TelegramError: it refuses.
    """
    from telegram import Bot

    from channels.telegram.http_client import AiohttpRequest

    request = AiohttpRequest(proxy)
    async with Bot(token, base_url=f"{api_url}/bot", request=request) as bot:
        me = await bot.get_me()
    return Account(me.username or "", me.first_name)
