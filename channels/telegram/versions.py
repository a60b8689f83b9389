"""Read a message from staff as an update, with its formatting."""

from collections.abc import Sequence
from typing import Any, Literal

import telegram

from campaign.broadcasts.content import LinkPreview, Media, MediaKind, Version

MOST_ENTITIES = 100
"""As many as Telegram keeps of a message. Writing them as HTML takes the square of their number."""


def version_of(message: telegram.Message) -> Version | None:
    """What was written, with its formatting; None for what cannot be sent on."""
    entities = message.entities or message.caption_entities
    if len(entities) > MOST_ENTITIES or _cross(entities):
        return None
    try:
        return _version_of(message)
    except UnicodeDecodeError:  # an entity that begins or ends within a character
        return None


def _cross(entities: Sequence[telegram.MessageEntity]) -> bool:
    """Whether one begins in another and ends outside. Telegram sends none such; the library would
    write what they share twice, and of a hundred of them for ever."""
    open_until: list[int] = []
    for one in sorted(entities, key=lambda entity: (entity.offset, -entity.length)):
        while open_until and open_until[-1] <= one.offset:
            open_until.pop()
        end = one.offset + one.length
        if open_until and end > open_until[-1]:
            return True
        open_until.append(end)
    return False


def _version_of(message: telegram.Message) -> Version | None:
    if message.text is not None:
        return Version(message.text_html, preview=_preview(message.link_preview_options))
    media: dict[MediaKind, Any] = {
        "photo": message.photo[-1] if message.photo else None,
        "video": message.video,
        "animation": message.animation,  # before document: Telegram sends both
        "document": None if message.animation else message.document,
        "audio": message.audio,
    }
    for kind, sent in media.items():
        if sent is not None:
            one = Media(kind, sent.file_id, bool(message.has_media_spoiler))
            above = bool(message.show_caption_above_media)
            return Version(message.caption_html or "", (one,), above)
    return None


def _preview(chosen: telegram.LinkPreviewOptions | None) -> LinkPreview:
    if chosen is None:
        return LinkPreview()
    size: Literal["", "small", "large"] = ""
    if chosen.prefer_small_media or chosen.prefer_large_media:
        size = "small" if chosen.prefer_small_media else "large"
    url = chosen.url if isinstance(chosen.url, str) else ""
    return LinkPreview(url, size, bool(chosen.show_above_text))
