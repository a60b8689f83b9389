"""One signature of a pack: as it is printed, as it is proved, and with the name taken back."""

import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass
from datetime import date

from packs.merkle import leaf_hash

FULL, REDACTED = "full", "redacted"
PROFILES = (FULL, REDACTED)
"""What the one who is given the pack reads: names and postcodes, or initials and districts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One signature.

    Attributes:
        number: running, from 1, as on the sheets.
        receipt: the number that the signer was told.
        place: a postcode; a country by its name where no postcode was given, or by its code where
            none was asked; "" where neither was asked.
        signed_on: on the clocks of the campaign.
        wording: which text was signed: its language and version, en-1.
    """

    number: int
    receipt: int
    name: str
    place: str
    signed_on: date
    wording: str


def salt(key: bytes, receipt: int) -> str:
    """What keeps a leaf from being guessed: 128 bits, another for each signature of each pack."""
    return hmac.new(key, b"%d" % receipt, hashlib.sha256).hexdigest()[:32]


def leaf_data(row: Row, salted: str) -> bytes:
    """What a leaf is hashed over: JSON with sorted keys and no spaces, in UTF-8."""
    says = {
        "name": row.name,
        "number": row.number,
        "place": row.place,
        "receipt": row.receipt,
        "salt": salted,
        "signed_on": row.signed_on.isoformat(),
        "wording": row.wording,
    }
    return json.dumps(says, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf_of(row: Row, key: bytes) -> bytes:
    """The hash that stands for a signature in the tree."""
    return leaf_hash(leaf_data(row, salt(key, row.receipt)))


def initials(name: str) -> str:
    """The first letter of each word, with what belongs to it: A. L."""
    return " ".join(f"{_first(word)}." for word in name.split())


def district(place: str) -> str:
    """The outward half of a postcode, which some thousand homes share; a country stays."""
    return place.partition(" ")[0] if _is_postcode(place) else place


def area(place: str) -> str:
    """The letters a postcode begins with, SW of SW1A 1AA; a country stays."""
    outward = district(place)
    return outward[: next((at for at, c in enumerate(outward) if c.isdigit()), len(outward))]


def _is_postcode(place: str) -> bool:
    return any(c.isdecimal() for c in place)


def shown(row: Row, profile: str) -> tuple[str, str]:
    """Name and place as this profile shows them."""
    if profile == REDACTED:
        return initials(row.name), district(row.place)
    return row.name, row.place


def _first(word: str) -> str:
    letters = word.lstrip("\"'“”‘’(-") or word
    end = 1
    while end < len(letters) and unicodedata.category(letters[end])[0] == "M":
        end += 1
    return letters[:end]
