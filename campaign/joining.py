"""Join what one person began in two places, on proof of both: a token that is used once.

JoiningError
├── NoSuchToken   there is none such, or its person has been erased
├── TokenUsed     once is all
├── TokenExpired  it was good for 15 minutes
├── SamePerson    it is their own, or has been joined already
└── BothSigned    both have done something that counts: nothing is joined
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from campaign.errors import CampaignError
from storage import accounts, join_tokens, joining, locks, personal_data
from storage.database import Connection
from storage.dialogs import Dialog
from storage.join_tokens import JoinToken
from storage.supporters import Supporter

GOOD_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)
"""So that one that comes late is told from one that never was."""


class JoiningError(CampaignError):
    """Nothing has been joined."""


class NoSuchToken(JoiningError):
    """Nobody has it."""


class TokenUsed(JoiningError):
    """It has been used."""


class TokenExpired(JoiningError):
    """It is too old."""


class SamePerson(JoiningError):
    """Both are one already."""


class BothSigned(JoiningError):
    """Both have signatures or other things that count, or two Telegram accounts."""


async def offer(db: Connection, supporter: Supporter, wish: str, now: datetime) -> str:
    """A token (128 bits, URL-safe) for its person to show in another place within 15 minutes.

    Args:
        wish: what to go on with there, a code of ours.
        now: UTC.
    """
    token = secrets.token_urlsafe(16)
    await join_tokens.drop_old(db, now - KEPT_FOR)
    kept = JoinToken(_hash(token), supporter.id, wish, now + GOOD_FOR, None)
    await join_tokens.add(db, kept)
    return token


async def join(
    db: Connection, token: str, by: Supporter, now: datetime
) -> tuple[Supporter, Dialog, str]:
    """Join whoever has got the token and whoever shows it, if one of them has done nothing that
    counts; that one's addresses, blocks and unfinished form go to the other.

    Args:
        by: who shows it.
        now: UTC.

    Returns:
        The one person they are now, their dialog, and the wish. Whatever was read of either before
        is not to be saved any more.

    Raises:
        NoSuchToken, TokenUsed, TokenExpired, SamePerson, BothSigned: nothing has changed.
    """
    kept = await join_tokens.of(db, _hash(token))
    if kept is None:
        raise NoSuchToken
    if kept.supporter_id == by.id:
        raise SamePerson
    both = {one.id: one for one in await locks.people(db, [kept.supporter_id, by.id])}
    if not {kept.supporter_id, by.id} <= both.keys():  # one has been erased
        raise NoSuchToken
    if kept.used_at is not None:
        raise TokenUsed
    if now >= kept.expires_at:
        raise TokenExpired
    other, by = both[kept.supporter_id], both[by.id]
    loser, survivor = await _sides(db, other, by)
    if not await join_tokens.use(db, kept.hash, now):
        raise TokenUsed
    person, dialog = await joining.take_over(db, loser, survivor, now=now)
    return person, dialog, kept.wish


async def _sides(db: Connection, other: Supporter, by: Supporter) -> tuple[Supporter, Supporter]:
    if all(accounts.is_telegrams(one.telegram_id) for one in (other, by)):
        raise BothSigned
    for loser, survivor in ((other, by), (by, other)):
        if not await personal_data.holds_more_than(db, loser.id, loser.telegram_id, joining.LIGHT):
            return loser, survivor
    raise BothSigned


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
