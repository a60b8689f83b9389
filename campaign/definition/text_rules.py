"""Rules for texts in a campaign file: their length, and which characters they may hold."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import AfterValidator

from campaign.definition.problems import refusal
from campaign.normalisation import normalised

# Controls but for the line break, halves of characters, noncharacters, and what turns round the
# words beside it. One expression: a file may hold 200,000 characters to look at.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
)
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff" + _NONCHARACTERS + "]"
)


def telegram_length(text: str) -> int:
    """A text's length as Telegram counts it, in UTF-16 units: most emoji count as two.

    https://core.telegram.org/api/entities#entity-length
    """
    return len(text.encode("utf-16-le")) // 2


def one_line(limit: int) -> AfterValidator:
    """A text without a line break, not empty, at most `limit` long (see `telegram_length`)."""
    return AfterValidator(Written(limit, one_line=True))


def paragraphs(limit: int) -> AfterValidator:
    """A text whose line breaks are kept, not empty, at most `limit` long."""
    return AfterValidator(Written(limit, one_line=False))


@dataclass(frozen=True, slots=True)
class Written:
    """The rule for one text.

    Attributes:
        limit: in UTF-16 units.
    """

    limit: int
    one_line: bool

    def __call__(self, text: str) -> str:
        written = normalised("NFC", text.strip())
        if not written:
            raise refusal("is empty", "write the text", reason="empty")
        if hidden := _HIDDEN.search(written):
            raise refusal(
                f"has a control character in it (U+{ord(hidden[0]):04X})",
                "take it out, or retype it",
                reason="hidden",
            )
        if self.one_line and "\n" in written:
            raise refusal("has a line break in it", "write it on one line", reason="line_break")
        if (length := telegram_length(written)) > self.limit:
            raise refusal(
                f"is {length} characters long, {length - self.limit} too many",
                f"write at most {self.limit} (Telegram counts most emoji as two)",
                reason="long",
                limit=self.limit,
                over=length - self.limit,
            )
        return written


def without_hidden(value: Any) -> Any:
    """A value of a campaign that an older version has let in, as it would be let in today."""
    if isinstance(value, str):
        return _HIDDEN.sub("", value)
    if isinstance(value, list | tuple):
        return [without_hidden(one) for one in value]
    if isinstance(value, dict):
        return {key: without_hidden(one) for key, one in value.items()}
    return value
