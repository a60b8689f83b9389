"""The Message-ID of a letter, by which what comes back is known: `<12.345.mac@example.org>` of an
update, `<p12.345.mac@example.org>` of what one person alone got.

The mac cannot be guessed, so nobody ends somebody else's letters by a bounce of their own making.
The same delivery has the same Message-ID each time it is tried: who gets it twice sees it once.
"""

import hashlib
import hmac
import re
from typing import NamedTuple

PATTERN = r"<p?\d{1,19}\.\d{1,19}\.[0-9a-f]{20}@[0-9A-Za-z.-]{1,255}>"
_PARTS = re.compile(r"<(p?)(\d{1,19})\.(\d{1,19})\.([0-9a-f]{20})@[0-9A-Za-z.-]{1,255}>")


class Sent(NamedTuple):
    """Which letter of an update it was."""

    broadcast_id: int
    delivery: int

    @property
    def written(self) -> str:
        return f"{self.broadcast_id}.{self.delivery}"


class SentPersonal(NamedTuple):
    """Which letter it was that one person alone got, and at which address."""

    letter_id: int
    address_id: int

    @property
    def written(self) -> str:
        return f"p{self.letter_id}.{self.address_id}"


def message_id(sent: Sent | SentPersonal, key: bytes, domain: str) -> str:
    """
    Args:
        key: the installation's own.
        domain: of the sender's address.
    """
    return f"<{sent.written}.{_mac(sent, key)}@{domain}>"


def read_message_id(text: str, *keys: bytes) -> Sent | SentPersonal | None:
    """The letter; None if it is none that we have sent.

    Args:
        keys: the installation's own, and those it had before.
    """
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    kind = SentPersonal if found[1] else Sent
    sent = kind(int(found[2]), int(found[3]))
    known = [hmac.compare_digest(found[4], _mac(sent, key)) for key in keys]
    return sent if any(known) else None


def _mac(sent: Sent | SentPersonal, key: bytes) -> str:
    written = f"clamour letter\0{sent.written}".replace(".", "\0").encode()
    return hmac.new(key, written, hashlib.sha256).hexdigest()[:20]
