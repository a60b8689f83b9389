"""Codes by email, which prove a mailbox by being typed in a chat: six digits, kept as a keyed hash,
good for fifteen minutes and five tries.

Never a link: mail filters open those (alphagov/e-petitions PR 801). How many are sent is limited by
mailbox and by account (`campaign.request_limits`).

CodeError
├── NothingPending   nothing of this person waits for a code
├── NoCode           none has been sent, or the last one is too old
├── WrongCode        it is another
├── UsedUp           it has been tried too often
└── TooManyCodes     that many have been asked for lately
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from campaign import request_limits
from campaign.errors import CampaignError
from storage.database import Connection
from storage.supporters import Supporter

MINUTES = 15
VALID_FOR = timedelta(minutes=MINUTES)
TRIES = 5
DIGITS = 6


class CodeError(CampaignError):
    """What waits for a code waits on."""


class NothingPending(CodeError):
    """Nothing waits for a code."""


class NoCode(CodeError):
    """No code is good at present."""


class WrongCode(CodeError):
    """
    Attributes:
        left: how often it can be tried again.
    """

    def __init__(self, left: int) -> None:
        super().__init__("wrong code")
        self.left = left


class UsedUp(CodeError):
    """The code has been tried too often."""


class TooManyCodes(CodeError):
    """
    Attributes:
        wait: how long.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many codes")
        self.wait = wait


class WaitsForCode(Protocol):
    """Something that waits for a code; see storage.codes."""

    @property
    def code_hash(self) -> str | None: ...

    @property
    def code_until(self) -> datetime | None: ...

    @property
    def tries(self) -> int: ...


def new_code() -> str:
    """Six digits, each as likely as any other."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hashed(code: str, about: int | str, key: bytes) -> str:
    """A code as it is kept. Without the key, a million tries would find it.

    Args:
        about: what it is for: the number of a signature, or the name of something else.
    """
    return hmac.new(key, f"{about}:{code}".encode(), hashlib.sha256).hexdigest()


async def check(
    waiting: WaitsForCode,
    code_hash: str,
    *,
    count: Callable[[int], Awaitable[None]],
    now: datetime,
    typed_at: datetime | None = None,
) -> None:
    """Compare a typed code. A wrong one is counted; that has to be kept, so the transaction must
    not be undone.

    Args:
        code_hash: of the one that was typed.
        count: keeps how often codes have been typed.
        typed_at: when it was, as the app says (UTC): what came in time is in time, however late it
            is handled.

    Raises:
        NoCode, UsedUp, WrongCode: it is not the one.
    """
    until = waiting.code_until
    if waiting.code_hash is None or until is None or until <= min(typed_at or now, now):
        raise NoCode
    if waiting.tries >= TRIES:
        raise UsedUp
    await count(waiting.tries + 1)
    if not hmac.compare_digest(code_hash, waiting.code_hash):
        if waiting.tries + 1 >= TRIES:
            raise UsedUp
        raise WrongCode(TRIES - waiting.tries - 1)


async def take(
    db: Connection, supporter: Supporter, email: str, *, key: bytes, now: datetime
) -> None:
    """Take one code of the mailbox's and the account's allowance.

    Raises:
        TooManyCodes: there is none left for now; nothing has been taken.
    """
    wait = await request_limits.take_code(db, supporter.telegram_id, email, key=key, now=now)
    if wait is not None:
        raise TooManyCodes(wait)
