"""Limits of Telegram: lengths, and characters that a text may not contain."""

import html as html_entities
import re

from packs.characters import visible

# Telegram counts a text's length in UTF-16 units: https://core.telegram.org/api/entities#entity-length
_UNITS_PER_CODE_POINT = 2

# Begins at the first of several, or a long run of them would be tried again from each.
_TRAILING_SPACE = re.compile(r"(?<![ \t])[ \t]+\n")
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACE = re.compile(r"\s+")
_WORD_MAY_LOSE = 24
_TAG = re.compile(r"<[^<>]*>")
# All that Telegram knows: https://core.telegram.org/bots/api#html-style
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")


def length(text: str) -> int:
    """Count a text as Telegram does, in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(value: object, limit: int) -> str:
    """Give the value's text, cut between words to at most `limit` UTF-16 units with an ellipsis."""
    text = str(value)
    if len(text) * _UNITS_PER_CODE_POINT <= limit or length(text) <= limit:
        return text
    units = text[:limit].encode("utf-16-le", "surrogatepass")[: (limit - 1) * 2]
    cut = units.decode("utf-16-le", "ignore")
    last_space = cut.rfind(" ")
    if last_space >= len(cut) - _WORD_MAY_LOSE and last_space > 0:
        cut = cut[:last_space]
    return cut.rstrip() + "…"


def sendable(text: str) -> str:
    """Leave out what Telegram cannot carry; at most one blank line in a row, none at the ends."""
    text = visible(text)
    text = _TRAILING_SPACE.sub("\n", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def presentable(html: str) -> str:
    """Leave out of a web page what no page may hold, and characters that turn words round."""
    return visible(html).strip() + "\n"


def one_line(text: str) -> str:
    """Give a sendable text on one line, as a button needs it."""
    return _SPACE.sub(" ", sendable(text)).strip()


def visible_length(html: str) -> int:
    """How many UTF-16 units Telegram may count for a text in its HTML; never less than it does.

    Nothing but space is none at all: Telegram refuses it as empty.
    """
    visible = _ENTITY.sub(lambda entity: html_entities.unescape(entity[0]), _TAG.sub("", html))
    return length(visible.strip(" \n")) if visible.strip() else 0
