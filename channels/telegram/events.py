"""Telegram's updates as events (https://core.telegram.org/bots/api#update)."""

from functools import partial
from typing import Any

import telegram
from telegram.constants import ChatType

from channels.telegram.versions import version_of
from handlers.events import (
    Address,
    Capabilities,
    Contact,
    Document,
    Event,
    Group,
    Kind,
    Message,
    Person,
    Said,
    Tap,
)
from handlers.services import Services
from storage.addresses import TELEGRAM

CAPABILITIES = Capabilities()
"""Telegram's are what every other channel is measured by."""


def event_of(services: Services, update: telegram.Update) -> Event:
    """What a person did.

    Raises:
        ValueError: nobody did it: a channel's post, a change of the bot's own.
    """
    user = update.effective_user
    if user is None:
        raise ValueError("an update of nobody's")
    message = update.message or update.edited_message
    return Event(
        number=services.number_of(update.update_id),
        address=Address(TELEGRAM, str(user.id)),
        person=Person(user.id, user.first_name, user.full_name, user.language_code),
        can=CAPABILITIES,
        message=_message(message) if message else None,
        is_edit=update.edited_message is not None,
        tap=_tap(update.callback_query),
        group=group_of(update),
    )


def group_of(update: telegram.Update) -> Group | None:
    """The group in which it was done; None in the chat with a person alone."""
    chat = update.effective_chat
    if chat is None or chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return None
    return Group(chat.id, bool(chat.is_forum))


def replies_to(message: telegram.Message | None) -> tuple[str, ...]:
    """The callback data under the message of the bot that another one replies to.

    Only the bot's own messages have buttons of the bot, and Telegram itself says which message a
    reply is to, so what is found was put there by the bot.
    """
    replied = message.reply_to_message if message else None
    if replied is None or replied.reply_markup is None:
        return ()
    sender = replied.from_user
    if sender is None or sender.id != replied.get_bot().id:
        return ()
    rows = getattr(replied.reply_markup, "inline_keyboard", ())
    return tuple(str(button.callback_data or "") for row in rows for button in row)


def _tap(query: telegram.CallbackQuery | None) -> Tap | None:
    if query is None:
        return None
    return Tap(query.data or "", query.message.message_id if query.message else None)


def _message(message: telegram.Message) -> Message:
    document, contact = message.document, message.contact
    return Message(
        id=message.message_id,
        sent_at=message.date,
        kind=_kind(message),
        text=message.text,
        caption=message.caption or "",
        album=message.media_group_id or "",
        photo=message.photo[-1].file_id if message.photo else "",
        document=_document(document) if document else None,
        contact=Contact(contact.phone_number, contact.user_id) if contact else None,
        is_forwarded=message.forward_origin is not None,
        replies_to=replies_to(message),
        said=_said(message),
        version=partial(version_of, message),
    )


def _document(document: telegram.Document) -> Document:
    named, kind = document.file_name or "", document.mime_type or ""
    return Document(document.file_id, named, kind, document.file_size or 0)


def _kind(message: telegram.Message) -> Kind:
    kinds: dict[Kind, Any] = {
        "text": message.text,
        "sticker": message.sticker,
        "voice": message.voice or message.video_note or message.audio,
        "photo": message.photo or message.video or message.animation,
        "document": message.document,
        "location": message.location or message.venue,
        "contact": message.contact,
    }
    return next((name for name, found in kinds.items() if found), "other")


def _said(message: telegram.Message) -> Said | None:
    files = message.photo[-1:] or (message.video, message.document, message.audio)
    said = Said(
        message.text or message.caption or "",
        tuple(
            (str(one.type), one.offset, one.length, one.url)
            for one in message.entities or message.caption_entities
        ),
        tuple(one.file_unique_id for one in files if one is not None),
    )
    return said if said.words or said.files else None
