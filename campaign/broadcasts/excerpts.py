"""Where two wordings differ, with a few words around it: what staff see of a change."""

import re
from html import unescape

from campaign.broadcasts.content import Content

AROUND = 40
LONGEST = 300

_TAG = re.compile(r"<[^<>]*>")


def plain(html: str) -> str:
    """The words of Telegram's HTML."""
    return unescape(_TAG.sub("", html))


def first_words(content: Content, language: str) -> str:
    """The first line of an update in a language, or in the first that it has; "" for no words."""
    try:
        lines = plain(content.version_for(language).html).split("\n")
    except LookupError:
        return ""
    return next((line.strip() for line in lines if line.strip()), "")


def difference(before: str, after: str) -> tuple[str, str]:
    """The two wordings from a little before their first difference to a little after the last."""
    begin = 0
    while begin < min(len(before), len(after)) and before[begin] == after[begin]:
        begin += 1
    end = 0
    while end < min(len(before), len(after)) - begin and before[-1 - end] == after[-1 - end]:
        end += 1
    return _excerpt(before, begin, end), _excerpt(after, begin, end)


def _excerpt(text: str, begin: int, end: int) -> str:
    first, last = max(0, begin - AROUND), min(len(text), len(text) - end + AROUND)
    cut = text[first:last]
    if len(cut) > LONGEST:
        cut, last = cut[:LONGEST], 0
    return f"{'…' if first else ''}{cut}{'…' if last < len(text) else ''}"
