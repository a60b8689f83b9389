"""Error handler: apologise, and log the reference shown to the user."""

import contextlib
import secrets

import structlog
import telegram
from telegram.constants import ChatType
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import CallbackContext

from channels.telegram.outgoing import in_place_of, new_message
from channels.telegram.show import deliver_or_owe
from handlers.services import Services
from storage.errors import Conflict, DatabaseUnavailable

log = structlog.get_logger()

NO_CHAT = "chat not found"


async def answer(services: Services, update: object, context: CallbackContext) -> None:  # type: ignore[type-arg]
    """Answer an update whose handling failed.

    With the database or Telegram away the update is left unfinished, so that Telegram delivers it
    again: what it did is done, and then it is only answered. Where somebody's work was in the way,
    it works the next time, and there is nothing to tell.
    """
    error = context.error
    if not isinstance(update, telegram.Update):
        log.error("failed outside an update", exc_info=error)
        return
    if isinstance(error, DatabaseUnavailable):
        log.warning(
            "update left for later",
            update_id=update.update_id,
            reason=type(error).__name__,
            told=str(error),
        )
        services.unfinished.add(update.update_id)
        if isinstance(error, Conflict):
            return
        await _ask_for_patience(services, update)
        return
    if isinstance(error, Forbidden) or _takes_no_message(error, update):
        log.info("chat takes no message", update_id=update.update_id)
        return
    if _is_away(error) and services.leave_unanswered(update.update_id):
        log.warning("answer not taken, update left for later", update_id=update.update_id)
        return
    services.failed.add(update.update_id)
    reference = secrets.token_hex(3).upper()
    log.error("update failed", reference=reference, update_id=update.update_id, exc_info=error)
    await _say(services, update, "error/oops", reference=reference)


def _is_away(error: Exception | None) -> bool:
    """Whether Telegram may take the same answer soon: a refusal says that it never will."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def _takes_no_message(error: Exception | None, update: telegram.Update) -> bool:
    """Whether it is the chat that refuses, and not what is written: a group that the bot may not
    write to, or one that is not there any more."""
    chat = update.effective_chat
    is_group = chat is not None and chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    if isinstance(error, ChatMigrated):
        return True
    return isinstance(error, BadRequest) and (is_group or NO_CHAT in error.message.lower())


async def _ask_for_patience(services: Services, update: telegram.Update) -> None:
    """Say once in an outage that nothing is lost and the answer will come."""
    chat = update.effective_chat
    if chat is None or chat.id in services.told_to_wait:
        return
    services.told_to_wait.add(chat.id)
    await _say(services, update, "error/busy")


async def _say(
    services: Services, update: telegram.Update, template: str, **variables: str
) -> None:
    user, chat = update.effective_user, update.effective_chat
    if chat is None:
        return
    spoken = user.language_code if user else None
    language = services.renderer.match(spoken if isinstance(spoken, str) else None)
    text = services.renderer.html(template, language, **variables)
    try:
        if update.callback_query is not None:
            with contextlib.suppress(BadRequest, RetryAfter):  # too old, or held back
                await update.callback_query.answer()
        message = in_place_of(update, new_message(text))
        await deliver_or_owe(services, update.get_bot(), chat.id, [message])
    except (TelegramError, DatabaseUnavailable) as failed:
        log.warning("apology not sent", reason=type(failed).__name__)
