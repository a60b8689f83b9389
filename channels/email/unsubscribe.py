"""What ends somebody's letters by one click (RFC 8058): a token in the address of a page.

It names a row of `addresses` and a campaign by number, and nobody; the mac keeps it from being made
up. Links in old letters have to work, so the key stays (storage.letters_key).
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

_MAC_BYTES = 16
_NUMBER_BYTES = 8
_BYTES = 2 * _NUMBER_BYTES + _MAC_BYTES
_TOKEN = re.compile(r"[0-9A-Za-z_-]{43}")
_LARGEST = 2 ** (8 * _NUMBER_BYTES) - 1


class Unsubscribe(NamedTuple):
    """Which letters end: those of this campaign to this address."""

    address_id: int
    campaign_id: int


def token(what: Unsubscribe, key: bytes) -> str:
    """For the address of the page, 43 characters.

    Args:
        key: the installation's own.

    Raises:
        ValueError: a number that no row has.
    """
    if not all(0 <= number <= _LARGEST for number in what):
        raise ValueError("no number of a row")
    written = b"".join(number.to_bytes(_NUMBER_BYTES, "big") for number in what)
    return urlsafe_b64encode(written + _mac(written, key)).decode().rstrip("=")


def read_token(text: str, *keys: bytes) -> Unsubscribe | None:
    """What a token ends; None if it is none of ours.

    Args:
        keys: the installation's own, and those it had before.
    """
    if not _TOKEN.fullmatch(text):
        return None
    whole = urlsafe_b64decode(text + "=")
    if urlsafe_b64encode(whole).decode().rstrip("=") != text:
        return None  # the last character has two bits that say nothing
    written, mac = whole[: _BYTES - _MAC_BYTES], whole[_BYTES - _MAC_BYTES :]
    if not any(hmac.compare_digest(mac, _mac(written, key)) for key in keys):
        return None
    first, second = written[:_NUMBER_BYTES], written[_NUMBER_BYTES:]
    return Unsubscribe(int.from_bytes(first, "big"), int.from_bytes(second, "big"))


def _mac(written: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"clamour unsubscribe\0" + written, hashlib.sha256).digest()[:_MAC_BYTES]
