"""What people send beside answers: a sticker, a voice message, a very long text, an edit."""

import telegram

from handlers.context import Visit
from handlers.screens import Screen, Text
from handlers.supporter.signing import form

TEXT_LIMIT = 2_000


async def text(visit: Visit) -> Screen:
    """Any text that is no command: an answer, if a question is open."""
    message = visit.update.effective_message
    written = (message.text if message else None) or ""
    if len(written) > TEXT_LIMIT:
        return await form.unexpected(visit, Text("unexpected/too_long", {"limit": TEXT_LIMIT}))
    return await form.typed(visit, written)


async def edited(visit: Visit) -> Screen:
    """A message changed after it was answered: the answer stands, and how to change it."""
    return await form.unexpected(visit, Text("unexpected/edited"))


async def unknown_command(visit: Visit) -> Screen:
    """A command there is not, or not for this person."""
    message = visit.update.effective_message
    words = ((message.text if message else None) or "/").split()
    name = words[0].removeprefix("/").partition("@")[0][:32]
    return await form.unexpected(visit, Text("unexpected/unknown_command", {"command": name}))


async def other_kind(visit: Visit) -> Screen:
    """A message that is not text: what came, and what would help."""
    return await form.unexpected(visit, Text(f"unexpected/{kind_of(visit.update)}"))


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
