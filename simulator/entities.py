"""Formatted text: Telegram's HTML into text and entities, and what people's texts contain.

Offsets and lengths count UTF-16 units (https://core.telegram.org/bots/api#messageentity).
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import bad_request
from simulator.rules import ALLOWED_TAGS

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?P<url>https?://[^\s<>\"]+|(?<![\w@.])t\.me/[^\s<>\"]+)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31})"
    r"|(?P<hashtag>(?<![\w#])#\w{1,64})"
)


def units(text: str) -> int:
    """A text's length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def find(text: str) -> list[dict[str, Any]]:
    """Entities that Telegram sees in plain text: commands, links, mentions, hashtags."""
    return [
        {
            "type": str(match.lastgroup),
            "offset": units(text[: match.start()]),
            "length": units(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


@dataclass
class _Open:
    tag: str
    kind: str
    offset: int
    extra: dict[str, Any] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Give text and entities of Telegram's HTML (https://core.telegram.org/bots/api#html-style).

    Raises:
        Refused: as Telegram refuses it.
    """
    parts: list[str] = []
    entities: list[dict[str, Any]] = []
    stack: list[_Open] = []
    length = position = 0

    def take(plain: str) -> None:
        nonlocal length
        written = _REFERENCE.sub(lambda match: html.unescape(match.group()), plain)
        parts.append(written)
        length += units(written)

    while (at := source.find("<", position)) >= 0:
        take(source[position:at])
        match = _TAG.match(source, at)
        if match is None:
            raise _cannot(f"Unsupported start tag at byte offset {_bytes(source, at)}")
        closing, tag, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            opened = _close(stack, tag, source, at)
            if length > opened.offset:
                entities.append(
                    {
                        "type": opened.kind,
                        "offset": opened.offset,
                        "length": length - opened.offset,
                        **opened.extra,
                    }
                )
        else:
            stack.append(_open(tag, attributes, length, source, at))
        position = match.end()
    take(source[position:])
    if stack:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    text = "".join(parts)
    return _trimmed(text, [entity for entity in entities if entity["type"] != "text_link_empty"])


def _open(tag: str, attributes: str, offset: int, source: str, at: int) -> _Open:
    kind = ALLOWED_TAGS.get(tag)
    if kind is None:
        raise _cannot(f'Unsupported start tag "{tag}" at byte offset {_bytes(source, at)}')
    given = {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(attributes)
    }
    extra: dict[str, Any] = {}
    if tag == "a":
        if not given.get("href"):
            kind = "text_link_empty"
        else:
            extra["url"] = given["href"]
    elif tag == "span" and given.get("class") != "tg-spoiler":
        raise _cannot(
            f'Tag "span" must have class "tg-spoiler" at byte offset {_bytes(source, at)}'
        )
    elif tag == "blockquote" and "expandable" in given:
        kind = "expandable_blockquote"
    elif tag == "code" and given.get("class", "").startswith("language-"):
        extra["language"] = given["class"].removeprefix("language-")
    elif tag == "tg-emoji":
        extra["custom_emoji_id"] = given.get("emoji-id", "")
    return _Open(tag, kind, offset, extra)


def _close(stack: list[_Open], tag: str, source: str, at: int) -> _Open:
    if not stack:
        raise _cannot(f"Unexpected end tag at byte offset {_bytes(source, at)}")
    if stack[-1].tag != tag:
        raise _cannot(
            f"Unmatched end tag at byte offset {_bytes(source, at)}, "
            f'expected "</{stack[-1].tag}>", found "</{tag}>"'
        )
    return stack.pop()


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Telegram trims texts; entities follow."""
    left = units(text) - units(text.lstrip())
    trimmed = text.strip()
    end = units(trimmed)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        stop = min(entity["offset"] + entity["length"] - left, end)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return trimmed, sorted(moved, key=lambda entity: (entity["offset"], -entity["length"]))


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "surrogatepass"))


def _cannot(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")
