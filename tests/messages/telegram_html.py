"""Reads Telegram HTML as strictly as Telegram does, and stricter where that costs nothing.

https://core.telegram.org/bots/api#html-style
"""

import re
from dataclasses import dataclass

_TAGS = {
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del"),
    *("tg-spoiler", "code", "pre", "blockquote", "a", "tg-time"),
}
_PIECE = re.compile(
    r"(?P<text>(?:[^<>&]+|&(?:lt|gt|amp|quot|\#[0-9]+);)+)"
    r"|<(?P<close>/?)(?P<tag>[a-z-]+)(?P<attributes>(?: [a-z]+(?:=\"[^\"<>]*\")?)*)>"
)
_ENTITY = re.compile(r"&([^;]+);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTES = {
    "a": re.compile(r' href="(https|tg)://[^"]+"'),
    "tg-time": re.compile(r' unix="\d+"'),
    "blockquote": re.compile(r"( expandable)?"),
}
_NO_ATTRIBUTES = re.compile("")


class NotTelegramHtml(ValueError):
    """Telegram would answer 400 to this text, or show a value as markup."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a person sees, and the tags in order of opening."""

    text: str
    tags: tuple[str, ...]


def parse(html: str) -> Parsed:
    """Parse a whole message.

    Raises:
        NotTelegramHtml: a tag that is not allowed, crossed or left open, or a bare <, > or &.
    """
    text: list[str] = []
    tags: list[str] = []
    opened: list[str] = []
    place = 0
    while place < len(html):
        piece = _PIECE.match(html, place)
        if piece is None:
            raise NotTelegramHtml(f"at {place}: {html[place : place + 40]!r}")
        place = piece.end()
        if piece["text"]:
            text.append(_unescaped(piece["text"]))
        elif piece["close"]:
            if not opened or opened.pop() != piece["tag"] or piece["attributes"]:
                raise NotTelegramHtml(f"closes what is not open: {piece[0]}")
        else:
            _check_opening(piece)
            opened.append(piece["tag"])
            tags.append(piece["tag"])
    if opened:
        raise NotTelegramHtml(f"left open: {opened}")
    return Parsed("".join(text), tuple(tags))


def _unescaped(text: str) -> str:
    if "&#" in text:
        return _ENTITY.sub(lambda found: _NAMED.get(found[1]) or chr(int(found[1][1:])), text)
    for name in ("lt", "gt", "quot", "amp"):  # & last: what it begins has been written, not meant
        text = text.replace(f"&{name};", _NAMED[name])
    return text


def _check_opening(piece: re.Match[str]) -> None:
    allowed = _ATTRIBUTES.get(piece["tag"], _NO_ATTRIBUTES)
    if piece["tag"] not in _TAGS or not allowed.fullmatch(piece["attributes"]):
        raise NotTelegramHtml(f"not allowed: {piece[0]}")
