"""UTF-16 units, in which Telegram counts."""

from typing import Any

Entity = dict[str, Any]
"""A MessageEntity: https://core.telegram.org/bots/api#messageentity"""


def units(text: str) -> int:
    """A text's length in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)
