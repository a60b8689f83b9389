"""What people send beside answers: a sticker, a voice message, a very long text, an edit."""

import telegram

from handlers.context import Context
from handlers.screens import Screen, Text
from handlers.supporter.signing import form

TEXT_LIMIT = 2_000


async def text(context: Context) -> Screen:
    """Any text that is no command: an answer, if a question is open."""
    message = context.update.effective_message
    written = (message.text if message else None) or ""
    if len(written) > TEXT_LIMIT:
        return await form.unexpected(context, Text("unexpected/too_long", {"limit": TEXT_LIMIT}))
    return await form.typed(context, written)


async def unknown_command(context: Context) -> Screen:
    """A command there is not, or not for this person."""
    message = context.update.effective_message
    words = ((message.text if message else None) or "/").split()
    name = words[0].removeprefix("/").partition("@")[0][:32]
    return await form.unexpected(context, Text("unexpected/unknown_command", {"command": name}))


async def other_kind(context: Context) -> Screen:
    """A message that is not text: what came, and what would help."""
    return await form.unexpected(context, Text(f"unexpected/{kind_of(context.update)}"))


def kind_of(update: telegram.Update) -> str:
    """The template that answers this kind of message."""
    message = update.effective_message
    if message is None:
        return "other"
    kinds = {
        "sticker": message.sticker,
        "voice": message.voice or message.video_note or message.audio,
        "photo": message.photo or message.video or message.animation,
        "document": message.document,
        "location": message.location or message.venue,
        "contact": message.contact,
    }
    return next((name for name, found in kinds.items() if found), "other")
