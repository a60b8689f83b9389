"""Typed text made plain: one line, NFC, without characters that nobody sees.

A character that only steers the display (bidirectional overrides, zero-width spaces, fillers) can
disguise a name or forge a second one that looks the same, so it goes. The same character stays
where a script or an emoji cannot be written without it: joiners in Persian and in the Brahmic
scripts, selectors of the form of a Han character, the parts of a flag.

Rules: Default_Ignorable_Code_Point (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point),
joiners in identifiers (https://www.unicode.org/reports/tr31/#Layout_and_Format_Control_Characters),
emoji sequences (https://www.unicode.org/reports/tr51/#Emoji_Sequences).
"""

import re
import unicodedata

from campaign.normalisation import normalised

_JOINERS = "\u200c\u200d"
_MONGOLIAN = "\u180b\u180c\u180d\u180e\u180f"
_FORM_SELECTORS = re.compile("[\ufe00-\ufe0d\U000e0100-\U000e01ef]")
_EMOJI_SELECTORS = "\ufe0e\ufe0f"
_FLAG_OR_TAG = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f)|[\U000e0000-\U000e007f]"
)

# Ignorable although not of category Cf (Hangul fillers are letters), and a blank braille cell.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufff0-\ufff8"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
)
_BLANK = str.maketrans({"\u2800": " "})
# Signs that stand before a number and are seen, although of category Cf.
_VISIBLE_FORMAT = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
_CONTEXTUAL = re.compile(
    f"[{_JOINERS}{_MONGOLIAN}{_EMOJI_SELECTORS}\ufe00-\ufe0d\U000e0100-\U000e01ef"
    "\U000e0020-\U000e007f]"
)
# Arabic to N'Ko, the Brahmic scripts of South and South-East Asia, Mongolian, Adlam.
_WRITTEN_WITH_JOINERS = re.compile(
    "[\u0600-\u0dff\u0f00-\u109f\u1780-\u17ff\u1800-\u18af\u1900-\u1cff\ua840-\uabff"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)


def one_line(text: str) -> str:
    """Any text as one visible line; empty if there is nothing to see."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    while (plainer := _plainer(text)) != text:
        text = plainer
    return text


def is_invisible(character: str) -> bool:
    """Whether nobody sees this character by itself: selectors, joiners, fillers, tags, controls."""
    return _CONTEXTUAL.match(character) is not None or _has_no_place(character)


def _plainer(text: str) -> str:
    visible = "".join(c for c in text.translate(_BLANK) if not _has_no_place(c))
    tidy = _FLAG_OR_TAG.sub(lambda found: found[1] or "", visible)
    kept: list[str] = []
    for place, character in enumerate(tidy):
        after = tidy[place + 1 : place + 2]
        if not _CONTEXTUAL.match(character) or _belongs(character, "".join(kept[-2:]), after):
            kept.append(character)
    return " ".join(normalised("NFC", "".join(kept)).split())


def _has_no_place(character: str) -> bool:
    if _CONTEXTUAL.match(character) or _VISIBLE_FORMAT.match(character):
        return False
    category = unicodedata.category(character)
    return (
        (category == "Cc" and not character.isspace())
        or category in ("Cf", "Cs")
        or _INVISIBLE.match(character) is not None
        or ord(character) & 0xFFFE == 0xFFFE
    )


def _belongs(character: str, before: str, after: str) -> bool:
    """Whether an otherwise invisible character is needed between its neighbours."""
    previous = before[-1:]
    if not previous:
        return False
    if character in _JOINERS:
        if _WRITTEN_WITH_JOINERS.match(previous) and _WRITTEN_WITH_JOINERS.match(after):
            return True
        pictures = before if previous == "\ufe0f" else previous
        return character == "\u200d" and _is_picture(pictures[0]) and _is_picture(after)
    if character in _MONGOLIAN:
        return "\u1820" <= previous <= "\u18aa"
    if character in _EMOJI_SELECTORS:
        return _is_picture(previous) or previous in "0123456789#*‼⁉ℹ〰"
    if _FORM_SELECTORS.match(character):
        return unicodedata.category(previous) == "Lo"
    return True  # what is left of the tags belongs to a flag


def _is_picture(character: str) -> bool:
    return bool(character) and (
        unicodedata.category(character) in ("So", "Sm") or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
