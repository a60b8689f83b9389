"""The templates' small HTML as plain text."""

import re
from html import unescape

_LINK = re.compile(r'<a [^<>]*?href="([^"<>]*)"[^<>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def plain(html: str) -> str:
    """The words alone; a link's address stands behind its words, in brackets."""
    with_addresses = _LINK.sub(lambda link: _spelt_out(link[2], link[1]), html)
    return unescape(_TAG.sub("", with_addresses))


def _spelt_out(words: str, address: str) -> str:
    return words if words.strip() == address else f"{words} ({address})"
