"""Keyed hashes that stand for an account, a phone number or a mailbox in what outlives an erasure.

HMAC-SHA256 (RFC 2104) under a key that is not in the database. Each purpose, such as a campaign or
a limit, has hashes of its own, so that they say nothing of one another.
"""

import hashlib
import hmac

from campaign.fields import mailbox


def of_account(key: bytes, purpose: str, telegram_id: int) -> str:
    """The hash of a Telegram account."""
    return _hash(key, purpose, "account", str(telegram_id))


def of_phone(key: bytes, purpose: str, phone_key: str) -> str:
    """The hash of a phone number, of which the signature has a hash already."""
    return _hash(key, purpose, "phone", phone_key)


def of_mailbox(key: bytes, purpose: str, email: str) -> str:
    """The hash of a mailbox: the same for every way of writing its address."""
    return _hash(key, purpose, "mailbox", mailbox(email))


def _hash(key: bytes, purpose: str, kind: str, value: str) -> str:
    message = "\0".join((purpose, kind, value))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
