"""Whose a signature is: a code from an email, typed in the chat (`campaign.email_codes`)."""

import hmac
from datetime import datetime, timedelta

from campaign import email_codes, erased_signers
from campaign.email_codes import NothingPending, hashed
from campaign.errors import CampaignClosed
from campaign.petition import Petition
from campaign.signing.choices import from_choices
from campaign.signing.sign import begin_counting, refused
from storage import locks, pending_signatures, signatures, signing_gate
from storage.database import Connection
from storage.pending_signatures import Pending
from storage.signatures import Recorded
from storage.supporters import Supporter

REMIND_AFTER = timedelta(days=1)
DROP_AFTER = timedelta(days=14)


async def of(db: Connection, supporter: Supporter, petition_id: int | None = None) -> Pending:
    """What a person's signature waits for: of this petition, or the newest.

    Raises:
        NothingPending: no signature of theirs waits for a code.
    """
    for found in await pending_signatures.of_supporter(db, supporter.id):
        if petition_id in (None, found.campaign_id):
            return found
    raise NothingPending


async def of_code(db: Connection, supporter: Supporter, code: str, *, key: bytes) -> Pending:
    """What a typed code was sent for: of several petitions, people open the emails in any order.
    One that was sent for none is about the newest, and counted for the others here.

    Raises:
        NothingPending: no signature of theirs waits for a code.
    """
    waiting = await pending_signatures.of_supporter(db, supporter.id)
    for one in waiting:
        typed = hashed(code, one.signature_id, key)
        if one.code_hash is not None and hmac.compare_digest(typed, one.code_hash):
            return one
    if not waiting:
        raise NothingPending
    newest, *others = waiting
    for one in others:
        tries = min(one.tries + 1, email_codes.TRIES)
        await pending_signatures.change(db, one.signature_id, tries=tries)
    return newest


async def confirm(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    waiting: Pending,
    code: str,
    *,
    key: bytes,
    now: datetime,
    typed_at: datetime | None = None,
) -> Recorded:
    """Take a typed code: the signature counts, with all that it was chosen with.

    A wrong one is counted; that has to be kept, so the transaction must not be undone.

    Args:
        typed_at: when it was, as Telegram says (UTC): what came in time is in time, however late
            it is handled.

    Raises:
        NoCode, UsedUp, WrongCode: it does not count yet.
        NothingPending: it waits no more.
        CampaignClosed, Blocked, UnderReview: nor can it count any more.
    """
    at, dated = typed_at or now, typed_at is not None
    if not petition.was_open_at(at):
        raise CampaignClosed
    await locks.totals(db, petition.id)
    with refused():
        await signing_gate.may_count(db, petition.id, supporter.id, at=at, dated=dated)
    await erased_signers.check(db, petition, supporter, key=key)

    async def count(tries: int) -> None:
        await pending_signatures.change(db, waiting.signature_id, tries=tries)

    typed = hashed(code, waiting.signature_id, key)
    await email_codes.check(waiting, typed, count=count, now=now, typed_at=typed_at)
    return await let_count(db, petition, supporter, waiting, key=key, now=now)


async def let_count(
    db: Connection,
    petition: Petition,
    supporter: Supporter,
    waiting: Pending,
    *,
    key: bytes,
    now: datetime,
) -> Recorded:
    """A signature counts now: the total, the consents, the friend's credit.

    Args:
        key: for comparing those who were erased.

    Raises:
        NothingPending: it waits no more.
    """
    signature = await pending_signatures.count_it(db, petition.id, waiting.signature_id, now)
    if signature is None:
        raise NothingPending
    await pending_signatures.end(db, waiting.signature_id)
    choices, shown = from_choices(waiting.choices)
    return await begin_counting(
        db, petition, supporter, signature, choices, shown, key=key, now=now
    )


async def ask_again(
    db: Connection, supporter: Supporter, waiting: Pending, *, key: bytes, now: datetime
) -> None:
    """Want a new code.

    Raises:
        TooManyCodes: that many have been asked for, of this mailbox or by this account.
    """
    signature = await signatures.of(db, waiting.campaign_id, supporter.id)
    address = (signature.email if signature else None) or ""
    await _ask(db, supporter, waiting, address, key, now)


async def change_address(
    db: Connection, supporter: Supporter, waiting: Pending, email: str, *, key: bytes, now: datetime
) -> None:
    """Send the code to another address; the one sent before is good no more.

    Raises:
        TooManyCodes: nothing has been changed.
    """
    await _ask(db, supporter, waiting, email, key, now)
    await signatures.change_email(db, waiting.signature_id, email)
    await pending_signatures.change(db, waiting.signature_id, code_hash=None, code_until=None)


async def _ask(
    db: Connection, supporter: Supporter, waiting: Pending, email: str, key: bytes, now: datetime
) -> None:
    """The tries begin again here and not when the code is sent: a mail server that is away makes
    several codes of one request."""
    await email_codes.take(db, supporter, email, key=key, now=now)
    await pending_signatures.change(
        db, waiting.signature_id, wants_code=True, failures=0, not_before=None, tries=0
    )
