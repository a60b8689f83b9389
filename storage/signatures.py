"""Signatures: one row for one person under one petition."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from storage import areas, counted, locks, signing_gate
from storage.campaigns import Totals
from storage.database import Connection
from storage.email_keys import email_key, mailbox_key
from storage.locks import COUNTABLE, Countable
from storage.signing_gate import UNKNOWN, Traces
from storage.tables import campaigns, signatures
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class NewSignature:
    """What a person signs with; times in UTC, name_key the folded name."""

    campaign_id: int
    supporter_id: int
    full_name: str | None
    postcode: str | None
    email: str | None
    phone: str | None
    country: str | None
    comment: str | None
    name_key: str | None
    petition_wording_id: int
    language: str
    signed_at: datetime
    phone_key: str | None = None
    channel: str = "telegram"
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it stands.

    Attributes:
        number: the receipt number, given once and kept.
        status: "live", "withdrawn", "invalidated" (staff have found it doubtful: it does not count)
            or "pending" (it counts once the signer has confirmed it).
        signed_at, changed_at, withdrawn_at: UTC.
        invalidation_id: by which act of staff it does not count; kept if it is withdrawn after it.
        channel: by which the signer came: "telegram", "web".
        proof: "email" where the channel does not answer for the signer and a code from this
            address has to; None where nothing more is asked than the campaign asks.
    """

    id: int
    campaign_id: int
    supporter_id: int
    number: int
    status: str
    full_name: str | None
    postcode: str | None
    email: str | None
    phone: str | None
    country: str | None
    comment: str | None
    name_key: str | None
    petition_wording_id: int
    language: str
    signed_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None
    phone_key: str | None = None
    invalidation_id: int | None = None
    channel: str = "telegram"
    proof: str | None = None


_COLUMNS = tuple(signatures.c[name] for name in Signature.__slots__)
_OF = select(*_COLUMNS).where(
    signatures.c.campaign_id == bindparam("campaign"),
    signatures.c.supporter_id == bindparam("supporter"),
)

_ANYBODY = select(signing_gate.is_blocked(), signing_gate.is_erased()).subquery()
_STANDING = select(*_ANYBODY.c, *_COLUMNS).select_from(
    _ANYBODY.outerjoin(
        signatures,
        and_(
            signatures.c.campaign_id == bindparam("campaign"),
            signatures.c.supporter_id == bindparam("supporter"),
        ),
    )
)

_LIVE_OF = (
    select(*_COLUMNS)
    .where(signatures.c.supporter_id == bindparam("supporter"), signatures.c.status == "live")
    .order_by(signatures.c.signed_at.desc(), signatures.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A signature that counts or waits, and the totals with it.

    Attributes:
        traces: what there was of the signer before.
        code_in: how long until a code can be sent; None if one is, or none is needed.
    """

    signature: Signature
    totals: Totals
    traces: Traces = UNKNOWN
    code_in: timedelta | None = None


async def _nothing_to_check() -> None:
    pass


async def record(
    db: Connection,
    new: NewSignature,
    *,
    pending: bool = False,
    dated: bool = False,
    hashes: tuple[str, str] = ("", ""),
    check_erased: Callable[[], Awaitable[None]] = _nothing_to_check,
) -> Recorded | None:
    """Record a signature and count it; one that is pending gets a number and does not count yet.

    The campaign's totals row is written first: that is the lock under which numbers are
    consecutive; see storage.locks.

    Args:
        dated, hashes: see signing_gate.may_count.
        check_erased: called if something is kept under them; what it raises refuses the signature.

    Returns:
        None if a live one of this person is there, or one that staff have found doubtful. A
        withdrawn one becomes live again under its old number.

    Raises:
        signing_gate.Refused: the campaign has been closed, or the account blocked, by now.
    """
    more, status = (0, "pending") if pending else (1, "live")
    when = None if pending else new.signed_at
    lock = await locks.count(db, new.campaign_id, live=more, numbers=1, now=when)
    try:
        traces = await signing_gate.may_count(
            db, new.campaign_id, new.supporter_id, at=new.signed_at, dated=dated, hashes=hashes
        )
        if traces.erased:
            await check_erased()
    except SQLAlchemyError:
        raise
    except Exception:
        await locks.count(db, new.campaign_id, live=-more, numbers=-1)
        raise
    number = lock.last_number
    given = {name: getattr(new, name) for name in NewSignature.__slots__}
    values = given | _email_keys(new.email) | {"status": status}
    made = await db.execute(
        insert_if_absent(db, signatures, signatures.c.id), values | {"number": number}
    )
    signature_id = made.scalar_one_or_none()
    if signature_id is not None:
        if not pending:
            await counted.count(db, lock, new, 1)
        signature = Signature(
            id=signature_id,
            number=number,
            status=status,
            changed_at=None,
            withdrawn_at=None,
            **given,
        )
        return Recorded(signature, lock.totals, traces)
    before = await of(db, new.campaign_id, new.supporter_id)
    if before is None or before.status != "withdrawn" or before.invalidation_id is not None:
        await locks.count(db, new.campaign_id, live=-more, numbers=-1)
        return None
    lock = await locks.count(db, new.campaign_id, live=0, numbers=-1)
    await db.execute(
        update(signatures)
        .where(signatures.c.id == before.id)
        .values(**values, changed_at=None, withdrawn_at=None)
    )
    if not pending:
        await counted.count(db, lock, new, 1)
    again = await of(db, new.campaign_id, new.supporter_id)
    return Recorded(again, lock.totals, traces) if again else None


async def of(db: Connection, campaign_id: int, supporter_id: int) -> Signature | None:
    """The person's signature under this petition, live or withdrawn."""
    found = await db.execute(_OF, {"campaign": campaign_id, "supporter": supporter_id})
    row = found.one_or_none()
    return Signature(*row) if row else None


async def standing(
    db: Connection, campaign_id: int, supporter_id: int, account: str
) -> tuple[Signature | None, bool, bool]:
    """How a person stands with a petition, in one statement.

    Args:
        account: the hash of theirs; see storage.erased_signers.

    Returns:
        Their signature as in `of`; whether they are blocked; whether they may have been erased.
    """
    given = {"campaign": campaign_id, "supporter": supporter_id}
    found = await db.execute(_STANDING, {**given, "account": account, "proof": account})
    blocked, erased, *row = found.one()
    return (Signature(*row) if row[0] is not None else None), bool(blocked), bool(erased)


async def countable(db: Connection, campaign_id: int, supporter_id: int) -> Countable | None:
    """The same as far as it needs no decryption. It holds under the lock of the campaign's totals;
    see `storage.locks.signature`."""
    found = await db.execute(
        select(*COUNTABLE).where(
            signatures.c.campaign_id == campaign_id, signatures.c.supporter_id == supporter_id
        )
    )
    row = found.one_or_none()
    return Countable(*row) if row else None


async def live_of(db: Connection, supporter_id: int) -> list[Signature]:
    """The person's live signatures under all petitions, the newest first."""
    rows = await db.execute(_LIVE_OF, {"supporter": supporter_id})
    return [Signature(*row) for row in rows]


async def signed_among(
    db: Connection, campaign_id: int, supporter_ids: Sequence[int]
) -> frozenset[int]:
    """Which of these supporters have signed a petition, whether that counts at the moment or not;
    those who have yet to type a code have not."""
    found = await db.execute(
        select(signatures.c.supporter_id).where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.supporter_id.in_(supporter_ids),
            signatures.c.status.in_(("live", "invalidated")),
        )
    )
    return frozenset(found.scalars())


async def newest_of(db: Connection, supporter_id: int) -> int | None:
    """The id of the person's newest signature, whatever has become of it."""
    newest: int | None = await db.scalar(
        select(func.max(signatures.c.id)).where(signatures.c.supporter_id == supporter_id)
    )
    return newest


async def by_number(db: Connection, campaign_id: int, number: int) -> Signature | None:
    """The signature with this receipt number."""
    found = await db.execute(
        select(*_COLUMNS).where(
            signatures.c.campaign_id == campaign_id, signatures.c.number == number
        )
    )
    row = found.one_or_none()
    return Signature(*row) if row else None


async def by_email(db: Connection, campaign_id: int, email: str) -> list[Signature]:
    """The signatures with exactly this address, two at the most: enough to know that it is one."""
    found = await db.execute(
        select(*_COLUMNS)
        .where(signatures.c.campaign_id == campaign_id, signatures.c.email_key == email_key(email))
        .limit(2)
    )
    return [Signature(*row) for row in found]


async def signers_with_proof(db: Connection, email: str) -> list[int]:
    """Whose signatures count, under any petition, because a code from this address was typed;
    three people at the most: enough to know whether there is one beside oneself."""
    rows = await db.scalars(
        select(signatures.c.supporter_id)
        .where(
            signatures.c.campaign_id.in_(select(campaigns.c.id)),  # the index begins with it
            signatures.c.email_key == email_key(email),
            signatures.c.proof == "email",
            signatures.c.status == "live",
        )
        .distinct()
        .limit(3)
    )
    return list(rows)


async def change(
    db: Connection,
    campaign_id: int,
    signature_id: int,
    *,
    full_name: str | None,
    postcode: str | None,
    email: str | None,
    phone: str | None,
    country: str | None,
    comment: str | None,
    name_key: str | None,
    now: datetime,
) -> bool:
    """Put other answers under a live signature. `now` is UTC.

    Returns:
        False if it is not live any more, or has been erased: nothing is written.
    """
    lock = await locks.totals(db, campaign_id)
    before = await locks.signature(db, lock, signature_id=signature_id)
    if before is None or before.status != "live" or before.erased_at is not None:
        return False
    if before.postcode != postcode:
        await areas.count(db, lock, before.postcode, -1)
        await areas.count(db, lock, postcode, 1)
    await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id)
        .values(
            full_name=full_name,
            postcode=postcode,
            email=email,
            **_email_keys(email),
            phone=phone,
            country=country,
            comment=comment,
            name_key=name_key,
            changed_at=now,
        )
    )
    return True


async def change_email(db: Connection, signature_id: int, email: str) -> None:
    """Put another address under a signature that waits for a code; under no other."""
    await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id, signatures.c.status == "pending")
        .values(email=email, **_email_keys(email))
    )


async def withdraw(
    db: Connection, campaign_id: int, supporter_id: int, now: datetime
) -> Countable | None:
    """Take a signature off the petition, whether it counts or not.

    Returns:
        The signature as it was; None if there is none, or it is withdrawn already.
    """
    lock = await locks.totals(db, campaign_id)
    before = await locks.signature(db, lock, supporter_id=supporter_id)
    if before is None or before.status == "withdrawn":
        return None
    await db.execute(
        update(signatures)
        .where(signatures.c.id == before.id)
        .values(status="withdrawn", withdrawn_at=now)
    )
    if before.status == "live":
        await counted.count_no_more(db, lock, before, now)
    return before


def _email_keys(email: str | None) -> dict[str, str | None]:
    return {"email_key": email_key(email), "mailbox_key": mailbox_key(email)}
