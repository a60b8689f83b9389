"""A file of text in whatever encoding the program had that saved it."""

import codecs

from campaign.paper.no_table import NoTable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = ("cp1252", "cp1250", "cp1251", "cp1253", "mac_roman")
_LOOKED_AT = 100_000


def decoded(content: bytes) -> str:
    """The text.

    Raises:
        NoTable: not_text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _guessed(content)
    if "\0" in text:
        text = _guessed(content)
    if "\0" in text:
        raise NoTable("not_text")
    return text


def _guessed(content: bytes) -> str:
    """By the letters that come of it; of those as good, what office programs write. Of two bytes a
    letter, one is zero in most."""
    odd, even = content[1:_LOOKED_AT:2].count(0), content[:_LOOKED_AT:2].count(0)
    if 10 * max(odd, even) > len(content[:_LOOKED_AT]):
        return content.decode("utf_16_le" if odd > even else "utf_16_be", "replace")
    from charset_normalizer import from_bytes  # a twentieth of the bot's start, and seldom needed

    found = from_bytes(_telling(content), cp_isolation=list(_LIKELY))
    best = found.best()
    if best is None:
        raise NoTable("not_text")
    fit = (best.chaos, best.coherence)
    as_good = [one.encoding for one in found if (one.chaos, one.coherence) == fit]
    try:
        return content.decode(min(as_good, key=_LIKELY.index))
    except (UnicodeDecodeError, ValueError):
        raise NoTable("not_text") from None


def _telling(content: bytes) -> bytes:
    """The part that tells the encoding: around the first letter that is not ASCII."""
    start = next((at for at, byte in enumerate(content) if byte > 127), 0)
    start = max(0, start - _LOOKED_AT // 2) // 2 * 2
    return content[start : start + _LOOKED_AT]
