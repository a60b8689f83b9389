"""Signatures: one row for one person under one petition."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from storage import areas, standing
from storage.campaigns import Totals
from storage.database import Connection
from storage.inserting import insert_if_absent
from storage.tables import campaign_totals, signatures
from storage.types import Moment


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
    """A signature that counts or waits, and the totals with it.

    Attributes:
        code_in: how long until a code can be sent; None if one is, or none is needed.
    """

    signature: Signature
    totals: Totals
    code_in: timedelta | None = None


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
    values = asdict(new) | {"email_key": email_key(new.email), "status": status}
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
            email_key=email_key(email),
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
        .values(email=email, email_key=email_key(email))
    )


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


def email_key(email: str | None) -> str | None:
    """What two ways of writing one address have in common."""
    return email.casefold() if email else None
