"""Codes in links: opaque, hard to guess, and no other payload looks like one.

A start parameter is at most 64 of A-Z, a-z, 0-9, _ and -
(https://core.telegram.org/bots/features#deep-linking). A campaign's short name has no underscore.
"""

import re
import secrets
import string

_LETTERS = string.ascii_letters + string.digits
_PERSONAL, _SOURCE = "r_", "s_"
_PERSONAL_LENGTH, _SOURCE_LENGTH = 10, 8
_CODE = re.compile(
    rf"{_PERSONAL}[A-Za-z0-9]{{{_PERSONAL_LENGTH}}}|{_SOURCE}[A-Za-z0-9]{{{_SOURCE_LENGTH}}}"
)


def new_personal() -> str:
    """A code for one person's link: 59 bits that tell nothing about anybody."""
    return _PERSONAL + _random(_PERSONAL_LENGTH)


def new_source() -> str:
    """A code for a leaflet's, a page's or an event's link."""
    return _SOURCE + _random(_SOURCE_LENGTH)


def is_code(payload: str) -> bool:
    """Whether a start parameter, which may be anything, can be one of our codes."""
    return _CODE.fullmatch(payload) is not None


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
