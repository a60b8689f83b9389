"""JSON from outside, without what no database and no answer could hold."""

import json
import re
from typing import Any

_NEVER_KEPT = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""NUL, halves of characters and noncharacters: JSON can say them, Telegram does not."""


class NotJson(ValueError):
    """It is no JSON, or nested without end."""


def read(body: bytes) -> Any:
    """What the JSON says, with texts that both engines can keep.

    Raises:
        NotJson: nothing of it can be used.
    """
    try:
        text = body.decode()
        needs_care = "\\u" in text or _NEVER_KEPT.search(text) is not None
        return _kept(json.loads(text)) if needs_care else json.loads(text)
    except (ValueError, RecursionError):
        raise NotJson from None


def storable(text: str) -> str:
    """A text without the characters that no database could keep."""
    return _NEVER_KEPT.sub("", text)


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_kept(one) for one in value]
    if isinstance(value, dict):
        return {_kept(key): _kept(one) for key, one in value.items()}
    return value
