"""Limits of one update. https://core.telegram.org/bots/api#sendmediagroup"""

from dataclasses import dataclass
from typing import Literal

from campaign.broadcasts.content import Version
from campaign.fields import tappable

TEXT_LIMIT, CAPTION_LIMIT, ALBUM_LIMIT = 4096, 1024, 10

_GO_TOGETHER = (
    frozenset({"photo", "video"}),
    frozenset({"document"}),
    frozenset({"audio"}),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why Telegram would refuse a message.

    Attributes:
        name: what is wrong; "mixed_album": the files cannot be in one album.
        limit, found: how much there may be and how much there is, where it is about that.
    """

    name: Literal["empty", "text_too_long", "caption_too_long", "album_too_big", "mixed_album"]
    limit: int = 0
    found: int = 0


def has_link(version: Version) -> bool:
    """Whether a text has a link in it that an app could show a preview of."""
    if len(version.media) == 1:
        return False
    is_tagged = "<a href" in version.html or "{{ link }}" in version.html
    return is_tagged or tappable.in_sentences(version.html)


def problems(version: Version, longest: int) -> list[Problem]:
    """All that is wrong with a message; nothing, if it can be sent.

    Args:
        longest: UTF-16 units of its text, filled with the longest values, without tags.
    """
    found = [_of_text(longest)] if not version.media else [_of_caption(longest)]
    if len(version.media) > 1:
        found += [_of_number(len(version.media)), _of_kinds({one.kind for one in version.media})]
    return [problem for problem in found if problem is not None]


def _of_text(longest: int) -> Problem | None:
    if longest == 0:
        return Problem("empty")
    return Problem("text_too_long", TEXT_LIMIT, longest) if longest > TEXT_LIMIT else None


def _of_caption(longest: int) -> Problem | None:
    return Problem("caption_too_long", CAPTION_LIMIT, longest) if longest > CAPTION_LIMIT else None


def _of_number(files: int) -> Problem | None:
    return Problem("album_too_big", ALBUM_LIMIT, files) if files > ALBUM_LIMIT else None


def _of_kinds(kinds: set[str]) -> Problem | None:
    return None if any(kinds <= together for together in _GO_TOGETHER) else Problem("mixed_album")
