"""Signatures that look like another: finding them, and the queue in which staff decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from storage import locks
from storage.database import Connection
from storage.email_keys import email_key, mailbox_key
from storage.signatures import Signature
from storage.tables import signature_flags as table
from storage.tables import signatures
from storage.upsert import insert_if_absent

MOST = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """Two signatures that may be one person's; the newer is the one that was flagged.

    Attributes:
        reason: "same_email", "same_mailbox", "same_name_and_postcode" or "same_phone".
        signed_at, other_signed_at: UTC.
    """

    flag_id: int
    campaign_id: int
    reason: str
    signature_id: int
    supporter_id: int
    status: str
    number: int
    full_name: str | None
    postcode: str | None
    signed_at: datetime
    other_number: int
    other_name: str | None
    other_postcode: str | None
    other_signed_at: datetime


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another live signature that may be the same person's: "same_email",
    "same_mailbox" (its address is another way to the same mailbox) or "same_name_and_postcode"."""

    signature_id: int
    reason: str


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
        .limit(MOST)
        .subquery()
        .select()
    )


# Not one query with OR: without statistics SQLite would walk the whole campaign for it.
_LOOKALIKES = union_all(
    _others("same_email", signatures.c.email_key == bindparam("email")),
    _others("same_mailbox", signatures.c.mailbox_key == bindparam("mailbox")),
    _others(
        "same_name_and_postcode",
        signatures.c.name_key == bindparam("name"),
        signatures.c.postcode == bindparam("where"),
    ),
)


_NEW, _OLD = signatures.alias("newer"), signatures.alias("older")


async def find(db: Connection, signature: Signature) -> list[Lookalike]:
    """Other live signatures of the campaign with the same email or mailbox, or the same name and
    postcode.

    The oldest MOST of them: where there are more, something else than a double is going on,
    and signing must not become slower by it.
    """
    email = email_key(signature.email)
    if not email and not (signature.name_key and signature.postcode):
        return []
    given = {"campaign": signature.campaign_id, "own": signature.id, "email": email}
    given |= {"mailbox": mailbox_key(signature.email), "name": signature.name_key}
    given |= {"where": signature.postcode}
    # Of one that is both, the stronger reason: it comes first.
    found: dict[int, str] = {}
    for signature_id, reason in await db.execute(_LOOKALIKES, given):
        found.setdefault(signature_id, reason)
    return [Lookalike(*one) for one in sorted(found.items())[:MOST]]


async def with_phone(
    db: Connection, campaign_id: int, phone_key: str, supporter_id: int
) -> list[int]:
    """The signatures of others, by their ids, that stand under this number, oldest first. Locks
    the campaign's totals: of two who sign at once, the second sees the first."""
    await locks.totals(db, campaign_id)
    rows = await db.scalars(
        select(signatures.c.id)
        .where(
            signatures.c.campaign_id == campaign_id,
            signatures.c.phone_key == phone_key,
            signatures.c.status != "withdrawn",
            signatures.c.supporter_id != supporter_id,
        )
        .order_by(signatures.c.id)
        .limit(MOST)
    )
    return list(rows)


async def flag(
    db: Connection, signature_id: int, found: Sequence[Lookalike], now: datetime
) -> None:
    """Put look-alikes into the queue for staff; one that is there already stays as it is."""
    if found:
        await db.execute(
            insert_if_absent(db, table),
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


async def flag_earlier(db: Connection, some: Iterable[Signature], now: datetime) -> None:
    """Find whom signatures look like that are there and have got another key, and flag the newer
    of each two."""
    for signature in some:
        for found in await find(db, signature):
            older, newer = sorted((signature.id, found.signature_id))
            await flag(db, newer, [Lookalike(older, found.reason)], now)


async def open_ones(db: Connection, campaign_id: int, limit: int) -> list[Pair]:
    """The pairs of a campaign to decide about, oldest first."""
    rows = await db.execute(_pairs().where(_NEW.c.campaign_id == campaign_id).limit(limit))
    return [Pair(*row) for row in rows]


async def of(db: Connection, flag_id: int) -> Pair | None:
    """One pair, if it is still to decide about."""
    row = (await db.execute(_pairs().where(table.c.id == flag_id))).one_or_none()
    return Pair(*row) if row else None


async def count(db: Connection, campaign_id: int) -> int:
    """How many pairs there are to decide about."""
    found = _pairs().where(_NEW.c.campaign_id == campaign_id).subquery()
    return await db.scalar(select(func.count()).select_from(found)) or 0


async def decide(db: Connection, flag_id: int, decision: str, by: int, now: datetime) -> bool:
    """Keep what has been decided, "keep" or "drop"; False if somebody has decided before.

    Args:
        by: a Telegram id.
        now: UTC.
    """
    done = await db.execute(
        update(table)
        .where(table.c.id == flag_id, table.c.decided_at.is_(None))
        .values(decision=decision, decided_by=by, decided_at=now)
    )
    return bool(done.rowcount)


def _pairs() -> Select[*tuple[Any, ...]]:
    return (
        select(
            table.c.id,
            _NEW.c.campaign_id,
            table.c.reason,
            *(_NEW.c[name] for name in ("id", "supporter_id", "status")),
            *(_NEW.c[name] for name in ("number", "full_name", "postcode", "signed_at")),
            *(_OLD.c[name] for name in ("number", "full_name", "postcode", "signed_at")),
        )
        .join(_NEW, _NEW.c.id == table.c.signature_id)
        .join(_OLD, _OLD.c.id == table.c.other_signature_id)
        .where(
            table.c.decided_at.is_(None),
            or_(
                _NEW.c.status == "live",
                # One that stands under another's phone number waits for staff.
                and_(_NEW.c.status == "pending", table.c.reason == "same_phone"),
            ),
            _OLD.c.status == "live",
        )
        .order_by(table.c.id)
    )
