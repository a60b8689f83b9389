"""The Message-ID of an update, by which what comes back is known: `<12.345.mac@example.org>`.

The mac cannot be guessed, so nobody ends somebody else's letters by a bounce of their own making.
The same delivery has the same Message-ID each time it is tried: who gets it twice sees it once.
"""

import hashlib
import hmac
import re
from typing import NamedTuple

PATTERN = r"<\d{1,19}\.\d{1,19}\.[0-9a-f]{20}@[0-9A-Za-z.-]{1,255}>"
_PARTS = re.compile(r"<(\d{1,19})\.(\d{1,19})\.([0-9a-f]{20})@[0-9A-Za-z.-]{1,255}>")


class Sent(NamedTuple):
    """Which letter it was."""

    broadcast_id: int
    delivery: int


def message_id(sent: Sent, key: bytes, domain: str) -> str:
    """
    Args:
        key: the installation's own.
        domain: of the sender's address.
    """
    return f"<{sent.broadcast_id}.{sent.delivery}.{_mac(sent, key)}@{domain}>"


def read_message_id(text: str, *keys: bytes) -> Sent | None:
    """The letter; None if it is none that we have sent.

    Args:
        keys: the installation's own, and those it had before.
    """
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    sent = Sent(int(found[1]), int(found[2]))
    known = [hmac.compare_digest(found[3], _mac(sent, key)) for key in keys]
    return sent if any(known) else None


def _mac(sent: Sent, key: bytes) -> str:
    written = f"clamour letter\0{sent.broadcast_id}\0{sent.delivery}".encode()
    return hmac.new(key, written, hashlib.sha256).hexdigest()[:20]
