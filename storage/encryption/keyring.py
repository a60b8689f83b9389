"""Encrypt text on its way into the database, and decrypt it on its way out.

What is sealed once is AES-256-GCM-SIV (RFC 8452) with a random nonce: the same text never looks the
same. What has to be found again by being equal is AES-SIV (RFC 5297), which gives equal text equal
looks and nothing else away: a blind index that its key can open. Both are bound to the table and
column they belong to. Text is filled up to whole blocks of 16 bytes, so its length tells little.

    sealed1:0f3a9c1e:nonce and ciphertext, base64url
    keyed1:0f3a9c1e:synthetic nonce and ciphertext, base64url

The number of a key (0f3a9c1e) is derived from it, like the keys that are really used (HKDF, RFC
5869): from a key on file there are three, none of which says anything of another.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import DecryptionFailed

SEALED, KEYED = "sealed1", "keyed1"
_KEY = re.compile(r"[0-9A-Fa-f]{64}")
_STORED = re.compile(rf"({SEALED}|{KEYED}):([0-9a-f]{{8}}):([A-Za-z0-9_-]+)")
_NONCE, _BLOCK = 12, 16


class NoKey(ValueError):
    """What should hold keys does not."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key with what is derived from it. `id` names it in what it sealed, and tells nothing."""

    id: str
    sealing: AESGCMSIV
    keying: AESSIV

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """The key that is derived from 32 bytes."""
        return cls(
            _derived(secret, "key id", 4).hex(),
            AESGCMSIV(_derived(secret, "sealing", 32)),
            AESSIV(_derived(secret, "keying", 64)),
        )


class Keyring:
    """The keys of a database: the first seals, the others only open what they sealed before."""

    def __init__(self, secrets_: Sequence[bytes]) -> None:
        keys = [Key.of(secret) for secret in secrets_]
        self.current = keys[0]
        self._keys = {key.id: key for key in reversed(keys)}

    @classmethod
    def read(cls, text: str) -> Self:
        """The keys that stand in a text: 64 hexadecimal digits each, the present one first; what
        follows a # in a line is a remark.

        Raises:
            NoKey: nothing stands there, or something else.
        """
        words = [word for line in text.splitlines() for word in line.partition("#")[0].split()]
        if not words:
            raise NoKey("holds no key")
        if not all(_KEY.fullmatch(word) for word in words):
            raise NoKey("holds something that is no key")
        return cls([bytes.fromhex(word) for word in words])

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._keys)

    def seal(self, text: str, place: str) -> str:
        """Seal text for a place ("signatures.full_name"), differently each time."""
        nonce = os.urandom(_NONCE)
        sealed = self.current.sealing.encrypt(nonce, _filled(text), _bound(place))
        return _stored(SEALED, self.current.id, nonce + sealed)

    def keyed(self, text: str, place: str) -> str:
        """Seal text so that the same text for the same place gives the same."""
        sealed = self.current.keying.encrypt(_filled(text), [_bound(place)])
        return _stored(KEYED, self.current.id, sealed)

    def open(self, stored: str, place: str) -> str:
        """What was sealed for this place, in either way.

        Raises:
            DecryptionFailed: it was not, has been changed since, or is of a key that is not here.
        """
        found = _STORED.fullmatch(stored)
        if found is None:
            raise DecryptionFailed(place, "it is not sealed")
        way, key_id, encoded = found.groups()
        key = self._keys.get(key_id)
        if key is None:
            raise DecryptionFailed(place, f"its key {key_id} is not among those given")
        try:
            content = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            if _encoded(content) != encoded:
                raise DecryptionFailed(place, "it has been changed")
            if way == SEALED:
                filled = key.sealing.decrypt(content[:_NONCE], content[_NONCE:], _bound(place))
            else:
                filled = key.keying.decrypt(content, [_bound(place)])
        except (InvalidTag, binascii.Error, ValueError):
            raise DecryptionFailed(place, "it has been changed, or belongs elsewhere") from None
        return filled[: filled.rindex(b"\x80")].decode()


def key_of(stored: str) -> str | None:
    """The number of the key that something was sealed with; None if it is not sealed."""
    found = _STORED.fullmatch(stored)
    return found[2] if found else None


def new_key() -> str:
    """A key, as it stands on file."""
    return secrets.token_hex(32)


def _derived(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"clamour 1 {purpose}".encode()).derive(secret)


def _bound(place: str) -> bytes:
    return f"clamour 1 {place}".encode()


def _filled(text: str) -> bytes:
    """Up to a whole number of blocks (ISO/IEC 7816-4: a bit, then none)."""
    plain = text.encode() + b"\x80"
    return plain + bytes(-len(plain) % _BLOCK)


def _stored(way: str, key_id: str, content: bytes) -> str:
    return f"{way}:{key_id}:{_encoded(content)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
