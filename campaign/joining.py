"""Join what one person did in two places, on proof of both: a token that is used once.

JoiningError
├── NoSuchToken   there is none such, or its person has been erased
├── TokenUsed     once is all
├── TokenExpired  it was good for 15 minutes
├── SamePerson    it is their own, or has been joined already
└── TwoAccounts   both are Telegram accounts, and those stay two people
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaign import erased_signers, inbox, joining_consents, joining_signatures
from campaign.catalogue import every_petition
from campaign.errors import CampaignError
from campaign.joining_signatures import Stands
from campaign.petition import Petition
from storage import (
    accounts,
    dialogs,
    join_tokens,
    joining,
    joining_rows,
    locks,
    signatures,
    supporters,
)
from storage import joining_signatures as kept_signatures
from storage.database import Connection
from storage.dialogs import Dialog
from storage.join_tokens import JoinToken
from storage.joining_signatures import Sides
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


class TwoAccounts(JoiningError):
    """Both are Telegram accounts."""


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


@dataclass(frozen=True, slots=True)
class Joined:
    """What has come of joining.

    Attributes:
        person, dialog: the one person they are now. Whatever was read of either before is not to be
            saved any more.
        wish: what they want to go on with.
        twice: whether both had signed one petition, which counts once now.
    """

    person: Supporter
    dialog: Dialog
    wish: str
    twice: bool = False


async def check(db: Connection, token: str, by: Supporter | None, now: datetime) -> None:
    """Look whether a token joins somebody; nothing is locked, and nothing used.

    Args:
        by: who shows it; None if that is nobody yet.
        now: UTC.

    Raises:
        NoSuchToken, TokenUsed, TokenExpired, SamePerson, TwoAccounts: it does not.
    """
    kept = await _found(db, token, by.id if by else None)
    _must_be_good(kept, now)
    if by is not None:
        _must_be_two(await supporters.by_id(db, kept.supporter_id), by)


async def join(
    db: Connection, token: str, by: Supporter, now: datetime, *, key: bytes = b""
) -> Joined:
    """Join whoever has got the token and whoever shows it: see `join_people`.

    Nothing else of the transaction may have locked one of them, unless it has locked both first:
    see `must_lock`.

    Args:
        by: who shows it.
        now: UTC.
        key: for the hashes of erased signers.

    Raises:
        NoSuchToken, TokenUsed, TokenExpired, SamePerson, TwoAccounts: nothing has changed.
    """
    other_id = (await _found(db, token, by.id)).supporter_id
    both = {one.id: one for one in await dialogs.lock_in_order(db, [other_id, by.id], now)}
    if not {other_id, by.id} <= both.keys():  # one has been erased
        raise NoSuchToken
    kept = await _found(db, token, by.id)
    _must_be_good(kept, now)
    _must_be_two(both.get(kept.supporter_id), both[by.id])
    if not await join_tokens.use(db, kept.hash, now):
        raise TokenUsed
    done = await join_people(db, both[kept.supporter_id], both[by.id], now=now, key=key)
    return replace(done, wish=kept.wish)


async def use(db: Connection, token: str, now: datetime) -> Joined:
    """Use a token in a place where nobody has been yet; its address is to be kept.

    Args:
        now: UTC.

    Raises:
        NoSuchToken, TokenUsed, TokenExpired: nothing has changed.
    """
    owner = (await _found(db, token)).supporter_id
    people = await dialogs.lock_in_order(db, [owner], now)
    kept = await _found(db, token)
    _must_be_good(kept, now)
    dialog = await dialogs.read(db, kept.supporter_id)
    if kept.supporter_id != owner or not people or dialog is None:
        raise NoSuchToken
    if not await join_tokens.use(db, kept.hash, now):
        raise TokenUsed
    return Joined(people[0], dialog, kept.wish)


async def join_people(
    db: Connection, one: Supporter, other: Supporter, *, now: datetime, key: bytes = b""
) -> Joined:
    """Make one person of two, who have been locked: the one with a Telegram account goes on, or the
    one who came first, with all that either has; the other becomes nobody.

    The older of two signatures under a petition stands, with its credit; a "no" wins over an older
    "yes"; whatever is blocked or muted for either is so for the one.
    """
    survivor, loser = sorted((one, other), key=_goes_on)
    both = Sides(loser.id, survivor.id)
    held = {
        campaign_id: await locks.totals(db, campaign_id)
        for campaign_id in await kept_signatures.campaigns_of(db, both)
    }
    said = await joining_consents.read(db, both)
    twofold = await joining_rows.twofold_conversations(db, both)
    await inbox.end_topics(db, conversation_ids=twofold, now=now)
    petitions = await every_petition(db)
    stands: dict[int, Stands] = {}
    for petition in petitions:
        if (lock := held.get(petition.id)) is not None:
            stands[petition.id] = await joining_signatures.join(db, petition, lock, both, now)
            await _replace_erased(db, petition, survivor, key, now)
    whose = {campaign_id: one.whose for campaign_id, one in stands.items()}
    await joining_consents.join(db, petitions, said, whose, both, now)
    person, dialog = await joining.take_over(db, loser, survivor, now=now)
    return Joined(person, dialog, "", any(one.twice for one in stands.values()))


async def _replace_erased(
    db: Connection, petition: Petition, person: Supporter, key: bytes, now: datetime
) -> None:
    """A signature that came along takes the place of the one that its signer left when they were
    erased, as when they sign again."""
    signature = await signatures.of(db, petition.id, person.id)
    if signature is not None and signature.status == "live":
        await erased_signers.replace(db, petition, person, signature, key=key, now=now)


async def must_lock(db: Connection, token: str, by: Supporter) -> Sequence[int]:
    """Whom a transaction that has locked who shows a token must rather have locked first, in order;
    empty if it can go on.

    Two who show each other's tokens at once would wait for each other.
    """
    kept = await join_tokens.of(db, _hash(token))
    if kept is None or kept.supporter_id >= by.id:
        return ()
    return (kept.supporter_id, by.id)


async def _found(db: Connection, token: str, by: int | None = None) -> JoinToken:
    kept = await join_tokens.of(db, _hash(token))
    if kept is None:
        raise NoSuchToken
    if kept.supporter_id == by:
        raise SamePerson
    return kept


def _must_be_good(kept: JoinToken, now: datetime) -> None:
    if kept.used_at is not None:
        raise TokenUsed
    if now >= kept.expires_at:
        raise TokenExpired


def _must_be_two(other: Supporter | None, by: Supporter) -> None:
    """Raise unless both are people whom joining makes one."""
    if other is None:  # joined with another meanwhile
        raise TokenUsed
    if all(accounts.is_telegrams(one.telegram_id) for one in (other, by)):
        raise TwoAccounts


def _goes_on(one: Supporter) -> tuple[bool, int]:
    return not accounts.is_telegrams(one.telegram_id), one.id


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
