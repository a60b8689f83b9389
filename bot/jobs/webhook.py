"""Keep the webhook ours: where Telegram calls, and what it says of it.

Another program with the bot's token can take the webhook at any time, without anybody being told.
"""

from datetime import timedelta
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.config import Settings
from campaign.notifications import notify_staff
from channels.telegram import ALLOWED_UPDATES
from handlers.services import Services
from storage import alerts

log = structlog.get_logger()

TAKEN = "webhook_taken"
TOLD_EVERY = timedelta(days=1)
CHECK_SECONDS = 60


async def set_webhook(bot: ExtBot[Any], settings: Settings) -> bool:
    """Say where Telegram is to call (https://core.telegram.org/bots/api#setwebhook).

    Raises:
        telegram.error.TelegramError: it is not said.
    """
    return await bot.set_webhook(
        settings.webhook.url,
        secret_token=settings.webhook_secret.get_secret_value(),
        max_connections=settings.webhook.max_connections,
        allowed_updates=list(ALLOWED_UPDATES),
    )


async def check(services: Services, bot: ExtBot[Any], settings: Settings) -> None:
    """Put the webhook back if somebody has taken it, and tell owners of it once a day.

    Raises:
        DatabaseUnavailable: owners are told the next time.
    """
    try:
        now_at = await bot.get_webhook_info()
        if now_at.url == settings.webhook.url:
            return
        log.error("the webhook was taken away, and is put back", removed=not now_at.url)
        await set_webhook(bot, settings)
    except TelegramError as fault:
        log.warning("webhook not looked at", reason=type(fault).__name__)
        return
    now = services.clock()
    async with services.database.transaction() as db:
        if await alerts.claim(db, TAKEN, now, every=TOLD_EVERY):
            await notify_staff(db, None, "owner", "staff/alert_webhook", now=now)
    services.notified.set()
