"""Characters that no file, page or message of ours may hold."""

import re

# Control characters and lone surrogates make Telegram refuse or mangle a message, noncharacters are
# no XML (https://www.w3.org/TR/xml/#charsets), and bidirectional overrides in a value would turn
# round the words beside it (https://www.unicode.org/reports/tr36/).
_LAST_OF_PLANES = "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_UNSENDABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    f"{_LAST_OF_PLANES}]"
)


def visible(text: str) -> str:
    """Leave out controls, noncharacters and what turns round the words beside it."""
    if text.replace("\n", "").isprintable():  # nearly always, and twenty times as quick
        return text
    return _UNSENDABLE.sub("", text)
