"""An email address that somebody wants to be written to at, proved by a code that they type.

Nobody is told whether an address is known: what is known of it is said to who has typed its code.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign import email_codes, email_updates, joining_by_email
from campaign.email_codes import NothingPending
from campaign.email_updates import AddressOfAnother
from campaign.errors import Blocked, CampaignError
from storage import addresses, blocks, pending_addresses
from storage.addresses import EMAIL
from storage.database import Connection
from storage.pending_addresses import PendingAddress
from storage.supporters import Supporter

DROP_AFTER = timedelta(days=1)
MOST = 5
"""Addresses that one person may have."""

WISH = "/email"
"""What who is joined goes on with, if it was an address that both have proved."""


class TooManyAddresses(CampaignError):
    """They have as many as one person may have."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What has come of the right code.

    Attributes:
        email: in small letters.
        taken: whether it is the person's now; else somebody else is written to there.
        token: by which they can be joined with the one person who has proved it, too; None if there
            is none.
    """

    email: str
    taken: bool
    token: str | None


def about(email: str) -> str:
    """What the hash of a code is bound to: the address that it goes to, in small letters. It is the
    same when its person has become one with another."""
    return f"address {email}"


async def waiting(db: Connection, supporter: Supporter) -> PendingAddress:
    """The address that the person has yet to prove.

    Raises:
        NothingPending: there is none.
    """
    found = await pending_addresses.of(db, supporter.id)
    if found is None:
        raise NothingPending
    return found


async def ask(
    db: Connection,
    supporter: Supporter,
    email: str,
    *,
    campaign_id: int | None,
    asked_in: str,
    key: bytes,
    now: datetime,
) -> bool:
    """Have a code sent to an address; one that was sent elsewhere before is good no more.

    Args:
        campaign_id: that the person speaks of.
        asked_in: the channel that they are in.
        key: for the hashes under which it is kept how often somebody has asked.
        now: UTC.

    Returns:
        False if it is proved to be theirs already: nothing is sent.

    Raises:
        Blocked: they are blocked in all campaigns.
        TooManyAddresses, TooManyCodes: nothing has been changed.
    """
    email = email.lower()
    if await blocks.is_blocked_everywhere(db, supporter.id):
        raise Blocked
    theirs = [one for one in await addresses.of_supporter(db, supporter.id) if one.channel == EMAIL]
    if any(one.value == email and one.reachable and one.verified_at for one in theirs):
        await email_updates.take_address(db, supporter, email, now=now)
        await pending_addresses.end(db, supporter.id)
        return False
    if len(theirs) >= MOST and email not in {one.value for one in theirs}:
        raise TooManyAddresses
    await email_codes.take(db, supporter, email, key=key, now=now)
    await pending_addresses.ask(
        db, supporter.id, email, campaign_id=campaign_id, asked_in=asked_in, now=now
    )
    return True


async def ask_again(db: Connection, supporter: Supporter, *, key: bytes, now: datetime) -> None:
    """Want a new code. The tries begin again here: see campaign.signing.email_code.

    Raises:
        NothingPending: there is no address to prove.
        TooManyCodes: nothing has been changed.
    """
    found = await waiting(db, supporter)
    await email_codes.take(db, supporter, found.email, key=key, now=now)
    await pending_addresses.change(
        db, supporter.id, wants_code=True, failures=0, not_before=None, tries=0
    )


async def confirm(
    db: Connection,
    supporter: Supporter,
    code: str,
    *,
    key: bytes,
    now: datetime,
    typed_at: datetime | None = None,
) -> Proved:
    """Take a typed code. A wrong one is counted; that has to be kept, so the transaction must not
    be undone.

    Args:
        typed_at: when it was, as the app says (UTC).

    Raises:
        NothingPending, NoCode, UsedUp, WrongCode: the address is not proved.
    """
    found = await waiting(db, supporter)

    async def count(tries: int) -> None:
        await pending_addresses.change(db, supporter.id, tries=tries)

    typed = email_codes.hashed(code, about(found.email), key)
    await email_codes.check(found, typed, count=count, now=now, typed_at=typed_at)
    token = await joining_by_email.offer(db, supporter, found.email, wish=WISH, now=now)
    await pending_addresses.end(db, supporter.id)
    try:
        await email_updates.take_address(db, supporter, found.email, now=now)
    except AddressOfAnother:
        return Proved(found.email, False, token)
    return Proved(found.email, True, token)
