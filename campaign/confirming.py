"""Whose a signature is: a code from an email, typed in the chat.

Never a link: mail filters open those (alphagov/e-petitions PR 801). A code has six digits, is kept
as a keyed hash, and is good for fifteen minutes and five tries; three are sent in an hour.

ConfirmError
├── NothingPending   no signature of this person waits for a code
├── NoCode           none has been sent, or the last one is too old
├── WrongCode        it is another
├── UsedUp           it has been tried too often
└── TooManyCodes     that many have been asked for in an hour
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from campaign.errors import Blocked, CampaignClosed, CampaignError
from campaign.petition import Petition
from campaign.signing import begin_counting, from_choices
from storage import blocks, pending, signatures
from storage.database import Connection
from storage.pending import Pending
from storage.signatures import Recorded
from storage.supporters import Supporter

VALID_FOR = timedelta(minutes=15)
TRIES = 5
CODES_AN_HOUR = 3
REMIND_AFTER = timedelta(days=1)
DROP_AFTER = timedelta(days=14)
DIGITS = 6


class ConfirmError(CampaignError):
    """The signature waits on."""


class NothingPending(ConfirmError):
    """No signature waits for a code."""


class NoCode(ConfirmError):
    """No code is good at present."""


class WrongCode(ConfirmError):
    """
    Attributes:
        left: how often it can be tried again.
    """

    def __init__(self, left: int) -> None:
        super().__init__("wrong code")
        self.left = left


class UsedUp(ConfirmError):
    """The code has been tried too often."""


class TooManyCodes(ConfirmError):
    """
    Attributes:
        minutes: how long to wait.
    """

    def __init__(self, minutes: int) -> None:
        super().__init__("too many codes")
        self.minutes = minutes


def new_code() -> str:
    """Six digits, each as likely as any other."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hashed(code: str, signature_id: int, key: bytes) -> str:
    """A code as it is kept. Without the key, a million tries would find it."""
    return hmac.new(key, f"{signature_id}:{code}".encode(), hashlib.sha256).hexdigest()


async def of(db: Connection, supporter: Supporter, petition_id: int | None = None) -> Pending:
    """What a person's signature waits for: of this petition, or the newest.

    Raises:
        NothingPending: no signature of theirs waits for a code.
    """
    for found in await pending.of_supporter(db, supporter.id):
        if petition_id in (None, found.campaign_id):
            return found
    raise NothingPending


async def confirm(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    waiting: Pending,
    code: str,
    *,
    key: bytes,
    now: datetime,
) -> Recorded:
    """Take a typed code: the signature counts, with all that it was chosen with.

    A wrong one is counted; that has to be kept, so the transaction must not be undone.

    Raises:
        NoCode, UsedUp, WrongCode: it does not count yet.
        NothingPending: it waits no more.
        CampaignClosed, Blocked: nor can it count any more.
    """
    if not petition.is_open:
        raise CampaignClosed
    if await blocks.is_blocked(db, supporter.id):
        raise Blocked
    if waiting.code_hash is None or waiting.code_until is None or waiting.code_until <= now:
        raise NoCode
    if waiting.tries >= TRIES:
        raise UsedUp
    await pending.change(db, waiting.signature_id, tries=waiting.tries + 1)
    typed = hashed(code, waiting.signature_id, key)
    if not hmac.compare_digest(typed, waiting.code_hash):
        if waiting.tries + 1 >= TRIES:
            raise UsedUp
        raise WrongCode(TRIES - waiting.tries - 1)
    return await let_count(db, petition, supporter, waiting, now=now)


async def let_count(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    waiting: Pending,
    *,
    now: datetime,
) -> Recorded:
    """A signature counts now: the total, the consents, the friend's credit.

    Raises:
        NothingPending: it waits no more.
    """
    signature = await pending.count_it(db, petition.id, waiting.signature_id, now)
    if signature is None:
        raise NothingPending
    await pending.end(db, waiting.signature_id)
    choices, shown = from_choices(waiting.choices)
    return await begin_counting(db, petition, supporter, signature, choices, shown, now=now)


async def ask_again(db: Connection, waiting: Pending, *, now: datetime) -> None:
    """Want a new code.

    Raises:
        TooManyCodes: CODES_AN_HOUR have been asked for.
    """
    asked = recent(waiting.asked_at, now)
    if len(asked) >= CODES_AN_HOUR:
        until = datetime.fromisoformat(asked[0]) + timedelta(hours=1)
        raise TooManyCodes(int((until - now).total_seconds() // 60) + 1)
    await pending.change(
        db,
        waiting.signature_id,
        asked_at=[*asked, now.isoformat()],
        wants_code=True,
        failures=0,
        not_before=None,
    )


async def change_address(db: Connection, waiting: Pending, email: str, *, now: datetime) -> None:
    """Send the code to another address; the one sent before is good no more.

    Raises:
        TooManyCodes: nothing has been changed.
    """
    await ask_again(db, waiting, now=now)
    await signatures.change_email(db, waiting.signature_id, email)
    await pending.change(db, waiting.signature_id, code_hash=None, code_until=None)


def recent(asked_at: Sequence[str], now: datetime) -> list[str]:
    """Those of the last hour; none of an hour to come, which a clock set back leaves behind."""
    hour_ago = now - timedelta(hours=1)
    return [one for one in asked_at if hour_ago < datetime.fromisoformat(one) <= now]
