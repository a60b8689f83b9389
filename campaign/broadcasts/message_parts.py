"""The messages that staff wrote an update in: which belong together, and what they say together.

An app cuts a text at 4,096 characters and sends the rest at once; the pictures of an album come one
by one, with the caption on any of them; a picture may come first and its words after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from campaign.broadcasts.content import Version
from campaign.broadcasts.message_limits import TEXT_LIMIT

CUT_FROM = TEXT_LIMIT // 2
"""An app looks for a good place to cut in the second half of what fits."""

CUT_WITHIN = 2
"""Seconds between the parts of a text that an app has cut."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message.

    Attributes:
        message_id: its number in the writer's chat.
        at: when it was written, as Telegram dates it, in seconds.
        length: UTF-16 units of its text.
        album: what its album is called; "" if it is in none.
    """

    message_id: int
    at: int
    length: int
    album: str
    version: Version

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe."""
        return {**asdict(self), "version": self.version.to_dict()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Part":
        """Back from `to_dict`."""
        return cls(**{**kept, "version": Version.from_dict(kept["version"])})


def continues(before: Sequence[Part], part: Part) -> bool:
    """Whether a message goes on with those before it, rather than in their place."""
    if not before:
        return False
    last = before[-1]
    if part.album and last.album == part.album:
        return True
    if not part.length:
        return False
    is_cut = last.length > CUT_FROM and abs(part.at - last.at) <= CUT_WITHIN
    return is_cut or is_caption(before, part)


def is_caption(before: Sequence[Part], part: Part) -> bool:
    """Whether it is the words to pictures that came without any."""
    so_far = together(before)
    return bool(part.length and so_far.media and not so_far.html)


def together(parts: Sequence[Part]) -> Version:
    """All of it as one message."""
    whole, last = parts[0].version, parts[0]
    for part in parts[1:]:
        is_cut = last.length and part.length and part.at - last.at <= CUT_WITHIN
        between = "" if is_cut and last.length >= TEXT_LIMIT else "\n" if is_cut else "\n\n"
        words = [words for words in (whole.html, part.version.html) if words]
        whole = replace(
            whole,
            html=between.join(words),
            media=(*whole.media, *part.version.media),
            caption_above=whole.caption_above or part.version.caption_above,
        )
        last = part
    return whole


def with_edit(parts: Sequence[Part], edited: Part) -> list[Part] | None:
    """The messages with one of them as it reads now; None if it is none of them."""
    if all(one.message_id != edited.message_id for one in parts):
        return None
    return [
        replace(edited, at=one.at) if one.message_id == edited.message_id else one for one in parts
    ]
