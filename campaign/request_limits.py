"""How often something may be asked for: codes by email, one's own data, hearing of something again.

A limit belongs to a mailbox or an account, by a keyed hash, whatever becomes of the signature, the
person or the campaign. Each code can be tried five times, so the limits of codes bound the guesses
as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign import pseudonyms
from storage import recent_requests
from storage.database import Connection

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How often in an hour, and in a day."""

    an_hour: int
    a_day: int


CODES_OF_MAILBOX = Limit(3, 6)
CODES_OF_ACCOUNT = Limit(6, 12)
DATA_OF_ACCOUNT = Limit(2, 2)
CHOICES_OF_ACCOUNT = Limit(30, 60)
MESSAGES_OF_ACCOUNT = Limit(10, 30)


async def take_code(
    db: Connection, telegram_id: int, email: str, *, key: bytes, now: datetime
) -> timedelta | None:
    """Take one code of the mailbox's and the account's allowance.

    Args:
        key: for the hashes under which they are kept.
        now: UTC.

    Returns:
        None if there was one; else how long to wait, and nothing has been taken.
    """
    limits = {
        pseudonyms.of_mailbox(key, "codes", email): CODES_OF_MAILBOX,
        pseudonyms.of_account(key, "codes", telegram_id): CODES_OF_ACCOUNT,
    }
    return await _take(db, limits, now)


async def take_data(
    db: Connection, telegram_id: int, *, key: bytes, now: datetime
) -> timedelta | None:
    """Take one export of the account's allowance; None if there was one, else how long to wait."""
    return await _take(db, {pseudonyms.of_account(key, "data", telegram_id): DATA_OF_ACCOUNT}, now)


async def take_choice(
    db: Connection, telegram_id: int, *, key: bytes, now: datetime
) -> timedelta | None:
    """Take one yes to messages of the account's allowance; None if there was one, else how long to
    wait. A no needs none. The ledger of consents keeps every change, so switching without end
    would fill the disk."""
    account = pseudonyms.of_account(key, "choices", telegram_id)
    return await _take(db, {account: CHOICES_OF_ACCOUNT}, now)


async def take_message(
    db: Connection, telegram_id: int, *, key: bytes, now: datetime
) -> timedelta | None:
    """Take one message to a campaign of the account's allowance; None if there was one, else how
    long to wait."""
    account = pseudonyms.of_account(key, "messages", telegram_id)
    return await _take(db, {account: MESSAGES_OF_ACCOUNT}, now)


async def drop_old(db: Connection, *, now: datetime) -> None:
    """Forget all that no limit looks at any more."""
    await recent_requests.drop_before(db, now - DAY)


async def _take(db: Connection, limits: Mapping[str, Limit], now: datetime) -> timedelta | None:
    asked = await recent_requests.locked(db, limits, now)
    recent = {one: _recent(moments, now) for one, moments in asked.items()}
    if wait := max(_wait(recent[one], limit, now) for one, limit in limits.items()):
        if any(at > now for moments in asked.values() for at in moments):
            await recent_requests.keep(db, recent, now)  # else they would count for as long again
        return wait
    await recent_requests.keep(db, {one: [*recent[one], now] for one in limits}, now)
    return None


def _recent(moments: Sequence[datetime], now: datetime) -> list[datetime]:
    """Those of the last day; a clock that has been put back makes none of them later than now."""
    return sorted(min(at, now) for at in moments if at > now - DAY)


def _wait(recent: Sequence[datetime], limit: Limit, now: datetime) -> timedelta:
    """How long until one more fits into the hour and the day; nothing if it does now."""
    until = now
    for most, window in ((limit.an_hour, HOUR), (limit.a_day, DAY)):
        if len(recent) >= most:
            until = max(until, recent[-most] + window)
    return until - now
