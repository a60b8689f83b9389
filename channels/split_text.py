"""Cut a long text in the templates' HTML into several that each stand by themselves."""

import re
from html import unescape

from messages.limits import length, visible_length

_TOKEN = re.compile(r"<[^<>]*>|&(?:[a-z]{2,6}|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});|\s+|.", re.DOTALL)
_NAME = re.compile(r"</?([a-z-]+)")


def split(html: str, limit: int) -> list[str]:
    """Give the text in parts of at most `limit` visible UTF-16 units each; tags that are open at a
    cut are closed before it and opened again behind it. Cut between paragraphs, else lines, else
    words, else anywhere.

    Args:
        limit: at least 2, which the longest character takes.
    """
    if visible_length(html) <= limit:
        return [html] if html.strip() else []
    tokens = list(_pieces(html, limit))
    parts: list[str] = []
    opened: list[str] = []
    start = 0
    while start < len(tokens):
        end = _end(tokens, start, limit)
        before = "".join(opened)
        for token in tokens[start:end]:
            _follow(token, opened)
        closing = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
        part = before + "".join(tokens[start:end]).strip(" \n") + closing
        if visible_length(part):
            parts.append(part)
        start = end
    return parts


def _pieces(html: str, limit: int) -> list[str]:
    """Tags, entities, characters and runs of space; a run that is too long in pieces."""
    found: list[str] = []
    for token in _TOKEN.findall(html):
        if token.isspace() and len(token) > limit:
            found += token
        else:
            found.append(token)
    return found


def _end(tokens: list[str], start: int, limit: int) -> int:
    """Where a part that begins at `start` ends: behind it the next one begins."""
    taken, best, best_rank = 0, 0, -1
    for place in range(start, len(tokens)):
        token = tokens[place]
        if token.startswith("<") and len(token) > 1:
            continue
        before, taken = taken, taken + length(unescape(token))
        if token.isspace() and place > start:
            rank = min(token.count("\n"), 2) if before > limit // 2 else 0
            if rank >= best_rank:
                best, best_rank = place + 1, rank
        if taken > limit:
            return best if best_rank >= 0 else max(place, start + 1)
    return len(tokens)


def _follow(token: str, opened: list[str]) -> None:
    if not token.startswith("<") or len(token) == 1:
        return
    if token.startswith("</"):
        if opened:
            opened.pop()
    else:
        opened.append(token)


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1] if found else ""
