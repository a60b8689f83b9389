"""The Message-ID of a letter, by which what comes back is known: `<12.345.6.mac@example.org>` of an
update, `<p12.345.6.mac@example.org>` of what one person alone got.

The mac cannot be guessed, so nobody ends somebody else's letters by a bounce of their own making,
or writes in their name. The same delivery has the same Message-ID each time it is tried: who gets
it twice sees it once.
"""

import hashlib
import hmac
import re
from typing import Literal, NamedTuple, cast

_DOMAIN = "[0-9A-Za-z.-]{1,255}"
_NUMBER = r"\d{1,19}"
_OF_UPDATE = rf"{_NUMBER}\.{_NUMBER}(?:\.{_NUMBER})?"
_OF_ONE = rf"(?:p|answer|code){_NUMBER}\.{_NUMBER}\.{_NUMBER}"
PATTERN = rf"<(?:{_OF_UPDATE}|{_OF_ONE})\.[0-9a-f]{{20}}@{_DOMAIN}>"
_PARTS = re.compile(
    rf"<(?P<kind>|p|answer|code)(?P<numbers>{_NUMBER}(?:\.{_NUMBER}){{1,2}})"
    rf"\.(?P<mac>[0-9a-f]{{20}})@{_DOMAIN}>"
)


class Sent(NamedTuple):
    """Which letter of an update it was.

    Attributes:
        delivery: the number of the person to whom it went, who may be one with another by now.
        address_id: where; None in letters that were written before it was named.
    """

    broadcast_id: int
    delivery: int
    address_id: int | None = None

    @property
    def written(self) -> str:
        return ".".join(str(one) for one in self if one is not None)


class SentPersonal(NamedTuple):
    """Which letter of ours it was that one person alone got, at which address, about which
    campaign."""

    letter: int
    address_id: int
    campaign_id: int

    @property
    def written(self) -> str:
        return f"p{self.letter}.{self.address_id}.{self.campaign_id}"


class SentAlone(NamedTuple):
    """Which answer it was, or that it was a code: who it is for need have no address yet.

    Attributes:
        kind: "answer": `number` is that of the answer in the inbox; "code": any.
    """

    kind: Literal["answer", "code"]
    campaign_id: int
    supporter_id: int
    number: int

    @property
    def written(self) -> str:
        return f"{self.kind}{self.campaign_id}.{self.supporter_id}.{self.number}"


SentLetter = Sent | SentPersonal | SentAlone


def message_id(sent: SentLetter, key: bytes, domain: str) -> str:
    """
    Args:
        key: the installation's own.
        domain: of the sender's address.
    """
    return f"<{sent.written}.{_mac(sent, key)}@{domain}>"


def read_message_id(text: str, *keys: bytes) -> SentLetter | None:
    """The letter; None if it is none that we have sent.

    Args:
        keys: the installation's own, and those it had before.
    """
    found = _PARTS.fullmatch(text)
    sent = (
        _sent(found["kind"], [int(one) for one in found["numbers"].split(".")]) if found else None
    )
    if found is None or sent is None:
        return None
    known = [hmac.compare_digest(found["mac"], _mac(sent, key)) for key in keys]
    return sent if any(known) else None


def _sent(kind: str, numbers: list[int]) -> SentLetter | None:
    if not kind:
        return Sent(*numbers)
    if len(numbers) != len(SentPersonal._fields):
        return None
    if kind == "p":
        return SentPersonal(*numbers)
    return SentAlone(cast('Literal["answer", "code"]', kind), *numbers)


def _mac(sent: SentLetter, key: bytes) -> str:
    written = f"clamour letter\0{sent.written}".replace(".", "\0").encode()
    return hmac.new(key, written, hashlib.sha256).hexdigest()[:20]
