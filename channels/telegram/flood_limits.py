"""Flood limits, checked for every update before any handler sees it; nothing is lost."""

from collections.abc import Hashable

import structlog
import telegram
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from campaign.rate_limits import Verdict
from channels.telegram.owed import HeldBack
from channels.telegram.show import show
from handlers.screens import Screen, Text
from handlers.services import Services

log = structlog.get_logger()


async def turn_away(services: Services, update: telegram.Update) -> None:
    """Let an update in, or end it here.

    What one person sends too fast is confirmed without work and logged as a count. What everybody
    sends too fast is left at Telegram, which keeps it and delivers it again.

    Raises:
        telegram.ext.ApplicationHandlerStop: the update goes no further.
    """
    sources = sources_of(update)
    verdict = services.rate_limiter.ask(*sources, now=services.monotonic())
    if verdict is Verdict.ALLOW:
        for source in sources:
            if count := services.rate_limiter.passed_over(source):
                log.info("updates of one person passed over", count=count)
        return
    if verdict is Verdict.DEFER:
        services.unfinished.add(update.update_id)
    if verdict is Verdict.WARN and _hears(update):
        await _ask_to_slow_down(services, update)
    raise ApplicationHandlerStop


def sources_of(update: telegram.Update) -> tuple[Hashable, ...]:
    """Whose allowances an update takes from.

    A group has one of its own, so that its talk never uses up what a member may do in private, and
    many members together get no more answers there than one. Blocking the bot and letting it in
    again has one, too: while somebody floods, it has to be known whether they can be written to.
    Updates of no known sender share one.
    """
    sender, chat = update.effective_sender, update.effective_chat
    who = sender.id if sender else None
    if update.my_chat_member or update.chat_member:
        return (("membership", who),)
    if update.callback_query or chat is None or chat.type == ChatType.PRIVATE:
        return (who,)
    return (("group", chat.id), ("in groups", who))


async def _ask_to_slow_down(services: Services, update: telegram.Update) -> None:
    user = update.effective_user
    language = services.renderer.match(user.language_code if user else None)
    try:
        await show(services, update, Screen(Text("limits/slow_down"), fresh=True), language)
    except HeldBack:
        pass  # a chat that takes nothing needs no word about too much
    except TelegramError as failed:
        log.warning("not told to slow down", reason=type(failed).__name__)


def _hears(update: telegram.Update) -> bool:
    """Whether somebody in a private chat with the bot waits for an answer."""
    chat = update.effective_chat
    asks = update.message or update.edited_message or update.callback_query
    return bool(asks) and chat is not None and chat.type == ChatType.PRIVATE
