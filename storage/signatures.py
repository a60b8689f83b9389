"""Signatures: one row for one person under one petition, and what looks like a double."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, union_all, update

from storage import areas, standing
from storage.campaigns import Totals
from storage.database import Connection
from storage.inserting import insert_if_absent
from storage.tables import campaign_totals, signature_flags, signatures
from storage.types import Moment

LOOKALIKES = 10


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


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it stands.

    Attributes:
        number: the receipt number, given once and kept.
        status: "live", "withdrawn", "invalidated" (staff have found it doubtful: it does not count)
            or "pending" (it counts once the signer has confirmed it).
        signed_at, changed_at, withdrawn_at: UTC.
        invalidation_id: by which act of staff it does not count; kept if it is withdrawn after it.
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


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another live signature that may be the same person's: "same_email" or
    "same_name_and_postcode"."""

    signature_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A signature that looks like another, for staff to decide on."""

    signature_id: int
    other_signature_id: int
    reason: str
    flagged_at: datetime


_COLUMNS = tuple(signatures.c[name] for name in Signature.__slots__)
_OF = select(*_COLUMNS).where(
    signatures.c.campaign_id == bindparam("campaign"),
    signatures.c.supporter_id == bindparam("supporter"),
)

_LIVE_OF = (
    select(*_COLUMNS)
    .where(signatures.c.supporter_id == bindparam("supporter"), signatures.c.status == "live")
    .order_by(signatures.c.signed_at.desc(), signatures.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A signature that counts, and the totals with it."""

    signature: Signature
    totals: Totals


_COUNT = (
    update(campaign_totals)
    .where(campaign_totals.c.campaign_id == bindparam("campaign"))
    .values(
        live=campaign_totals.c.live + bindparam("more"),
        last_number=campaign_totals.c.last_number + bindparam("given"),
        changed_at=func.coalesce(bindparam("now", type_=Moment()), campaign_totals.c.changed_at),
    )
    .returning(campaign_totals.c.last_number, campaign_totals.c.live, campaign_totals.c.offline)
)


def _others(reason: str, *alike: ColumnElement[bool]) -> Select[int, str]:
    """The oldest other live signatures that are alike in this way, found by their own index."""
    return (
        select(signatures.c.id, literal(reason).label("reason"))
        .where(
            signatures.c.campaign_id == bindparam("campaign"),
            *alike,
            signatures.c.status == "live",
            signatures.c.id != bindparam("own"),
        )
        .order_by(signatures.c.id)
        .limit(LOOKALIKES)
        .subquery()
        .select()
    )


# Not one query with OR: without statistics SQLite would walk the whole campaign for it.
_LOOKALIKES = union_all(
    _others("same_email", signatures.c.email_key == bindparam("email")),
    _others(
        "same_name_and_postcode",
        signatures.c.name_key == bindparam("name"),
        signatures.c.postcode == bindparam("where"),
    ),
)


async def record(db: Connection, new: NewSignature, *, pending: bool = False) -> Recorded | None:
    """Record a signature and count it; one that is pending gets a number and does not count yet.

    The campaign's totals row is written first: that is the lock under which numbers are
    consecutive, and the order that keeps two transactions from waiting for each other crosswise.

    Returns:
        None if a live one of this person is there, or one that staff have found doubtful. A
        withdrawn one becomes live again under its old number.
    """
    more, status = (0, "pending") if pending else (1, "live")
    when = None if pending else new.signed_at
    number, totals = await count(db, new.campaign_id, live=more, numbers=1, now=when)
    values = asdict(new) | {"email_key": _email_key(new.email), "status": status}
    made = await db.execute(
        insert_if_absent(db, signatures).returning(signatures.c.id), values | {"number": number}
    )
    signature_id = made.scalar_one_or_none()
    if signature_id is not None:
        if not pending:
            await standing.count(db, new, 1)
        signature = Signature(
            id=signature_id,
            number=number,
            status=status,
            changed_at=None,
            withdrawn_at=None,
            **asdict(new),
        )
        return Recorded(signature, totals)
    before = await of(db, new.campaign_id, new.supporter_id)
    if before is None or before.status != "withdrawn" or before.invalidation_id is not None:
        await count(db, new.campaign_id, live=-more, numbers=-1)
        return None
    _, totals = await count(db, new.campaign_id, live=0, numbers=-1)
    await db.execute(
        update(signatures)
        .where(signatures.c.id == before.id)
        .values(**values, changed_at=None, withdrawn_at=None)
    )
    if not pending:
        await standing.count(db, new, 1)
    again = await of(db, new.campaign_id, new.supporter_id)
    return Recorded(again, totals) if again else None


async def of(db: Connection, campaign_id: int, supporter_id: int) -> Signature | None:
    """The person's signature under this petition, live or withdrawn."""
    found = await db.execute(_OF, {"campaign": campaign_id, "supporter": supporter_id})
    row = found.one_or_none()
    return Signature(*row) if row else None


async def live_of(db: Connection, supporter_id: int) -> list[Signature]:
    """The person's live signatures under all petitions, the newest first."""
    rows = await db.execute(_LIVE_OF, {"supporter": supporter_id})
    return [Signature(*row) for row in rows]


async def by_number(db: Connection, campaign_id: int, number: int) -> Signature | None:
    """The signature with this receipt number."""
    found = await db.execute(
        select(*_COLUMNS).where(
            signatures.c.campaign_id == campaign_id, signatures.c.number == number
        )
    )
    row = found.one_or_none()
    return Signature(*row) if row else None


async def change(
    db: Connection,
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
) -> None:
    """Put other answers under a signature. `now` is UTC."""
    before = await _locked(db, signature_id)
    if before is not None and before.status == "live" and before.postcode != postcode:
        await areas.count(db, before.campaign_id, before.postcode, -1)
        await areas.count(db, before.campaign_id, postcode, 1)
    await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id)
        .values(
            full_name=full_name,
            postcode=postcode,
            email=email,
            email_key=_email_key(email),
            phone=phone,
            country=country,
            comment=comment,
            name_key=name_key,
            changed_at=now,
        )
    )


async def change_email(db: Connection, signature_id: int, email: str) -> None:
    """Put another address under a signature."""
    await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id)
        .values(email=email, email_key=_email_key(email))
    )


async def with_phone(
    db: Connection, campaign_id: int, phone_key: str, supporter_id: int
) -> list[int]:
    """The signatures of others, by their ids, that stand under this number, oldest first. Locks
    the campaign's totals: of two who sign at once, the second sees the first."""
    await count(db, campaign_id, live=0, numbers=0)
    rows = await db.scalars(
        select(signatures.c.id)
        .where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.phone_key == phone_key,
            signatures.c.status != "withdrawn",
            signatures.c.supporter_id != supporter_id,
        )
        .order_by(signatures.c.id)
        .limit(LOOKALIKES)
    )
    return list(rows)


async def withdraw(db: Connection, campaign_id: int, supporter_id: int, now: datetime) -> bool:
    """Take a live signature out of the count.

    Returns:
        False if there is none.
    """
    await count(db, campaign_id, live=0, numbers=0)
    done = await db.execute(
        update(signatures)
        .where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.supporter_id == supporter_id,
            signatures.c.status == "live",
        )
        .values(status="withdrawn", withdrawn_at=now)
        .returning(*_COLUMNS)
    )
    row = done.one_or_none()
    if row is None:
        return False
    await count(db, campaign_id, live=-1, numbers=0, now=now)
    await standing.count(db, Signature(*row), -1)
    return True


async def withdraw_held(db: Connection, campaign_id: int, supporter_id: int, now: datetime) -> bool:
    """Withdraw a signature that does not count; False if there is none. Call `withdraw` before:
    it locks what counts."""
    done = await db.execute(
        update(signatures)
        .where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.supporter_id == supporter_id,
            signatures.c.status.in_(("invalidated", "pending")),
        )
        .values(status="withdrawn", withdrawn_at=now)
    )
    return bool(done.rowcount)


async def lookalikes(db: Connection, signature: Signature) -> list[Lookalike]:
    """Other live signatures of the campaign with the same email, or the same name and postcode.

    The oldest LOOKALIKES of them: where there are more, something else than a double is going on,
    and signing must not become slower by it.
    """
    email = _email_key(signature.email)
    if not email and not (signature.name_key and signature.postcode):
        return []
    given = {"campaign": signature.campaign_id, "own": signature.id, "email": email}
    given |= {"name": signature.name_key, "where": signature.postcode}
    # Of one that is both, the stronger reason: it comes first.
    found: dict[int, str] = {}
    for signature_id, reason in await db.execute(_LOOKALIKES, given):
        found.setdefault(signature_id, reason)
    return [Lookalike(*one) for one in sorted(found.items())[:LOOKALIKES]]


async def flag(
    db: Connection, signature_id: int, found: Sequence[Lookalike], now: datetime
) -> None:
    """Put look-alikes into the queue for staff; one that is there already stays as it is."""
    if found:
        await db.execute(
            insert_if_absent(db, signature_flags),
            [
                {
                    "signature_id": signature_id,
                    "other_signature_id": lookalike.signature_id,
                    "reason": lookalike.reason,
                    "flagged_at": now,
                }
                for lookalike in found
            ],
        )


async def flags(db: Connection, campaign_id: int) -> list[Flag]:
    """The queue of one campaign, oldest first."""
    rows = await db.execute(
        select(
            signature_flags.c.signature_id,
            signature_flags.c.other_signature_id,
            signature_flags.c.reason,
            signature_flags.c.flagged_at,
        )
        .join(signatures, signatures.c.id == signature_flags.c.signature_id)
        .where(signatures.c.campaign_id == campaign_id)
        .order_by(signature_flags.c.id)
    )
    return [Flag(*row) for row in rows]


async def _locked(db: Connection, signature_id: int) -> Signature | None:
    """The signature as it stands under the lock of its campaign's totals."""
    campaign_id = await db.scalar(
        select(signatures.c.campaign_id).where(signatures.c.id == signature_id)
    )
    if campaign_id is None:
        return None
    await count(db, campaign_id, live=0, numbers=0)
    row = await db.execute(select(*_COLUMNS).where(signatures.c.id == signature_id))
    return Signature(*row.one())


async def count(
    db: Connection, campaign_id: int, *, live: int, numbers: int, now: datetime | None = None
) -> tuple[int, Totals]:
    """Change the totals, lock them until the transaction ends, and give the newest number."""
    changed = await db.execute(
        _COUNT, {"campaign": campaign_id, "more": live, "given": numbers, "now": now}
    )
    row = changed.one()
    return row.last_number, Totals(row.live, row.offline)


def _email_key(email: str | None) -> str | None:
    return email.casefold() if email else None
