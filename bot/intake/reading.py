"""JSON from outside, without what no database and no answer could hold."""

import json
import re
from typing import Any

_NEVER_KEPT = re.compile("[\x00\ud800-\udfff]")
"""NUL and halves of characters: JSON can say them (`\\u0000`, `\\ud83d`), Telegram does not."""


class NotJson(ValueError):
    """It is no JSON, or nested without end."""


def read(body: bytes) -> Any:
    """What the JSON says, with texts that both engines can keep.

    Raises:
        NotJson: nothing of it can be used.
    """
    try:
        text = body.decode()
        return _kept(json.loads(text)) if "\\u" in text else json.loads(text)
    except (ValueError, RecursionError):
        raise NotJson from None


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return _NEVER_KEPT.sub("", value)
    if isinstance(value, list):
        return [_kept(one) for one in value]
    if isinstance(value, dict):
        return {_kept(key): _kept(one) for key, one in value.items()}
    return value
