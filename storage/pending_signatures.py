"""Signatures that do not count until it is known whose they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update

from storage import codes, locks
from storage import counted as storage_counted
from storage.database import Connection
from storage.signatures import Signature
from storage.tables import pending_signatures as table
from storage.tables import signatures


@dataclass(frozen=True, slots=True)
class Pending:
    """What a signature waits for.

    Attributes:
        cause: "email" (a code from an email is to be typed) or "phone" (the number stands under
            another's signature: staff decide).
        since, code_until, not_before: UTC. A code is sent at `not_before` at the earliest.
        choices: what was chosen beside signing, to be kept in the ledger once it counts.
        wants_code: whether a code is to be sent.
        failures: how often the mail server has failed since it was wanted.
        code_hash: of the newest code.
        tries: how often a code has been typed since one was asked for.
    """

    signature_id: int
    campaign_id: int
    supporter_id: int
    cause: str
    since: datetime
    choices: dict[str, Any]
    wants_code: bool
    not_before: datetime | None
    failures: int
    code_hash: str | None
    code_until: datetime | None
    tries: int
    reminded: bool


KEY = table.c.signature_id
"""For storage.codes."""

_COLUMNS = tuple(table.c[name] for name in Pending.__slots__)


async def add(
    db: Connection,
    signature: Signature,
    cause: str,
    choices: dict[str, Any],
    *,
    wants_code: bool,
    now: datetime,
) -> None:
    """Let a signature wait, for a code that is to be sent or for something else."""
    await db.execute(
        insert(table).values(
            signature_id=signature.id,
            campaign_id=signature.campaign_id,
            supporter_id=signature.supporter_id,
            cause=cause,
            since=now,
            choices=choices,
            wants_code=wants_code,
            failures=0,
            tries=0,
            asked_at=[],
            reminded=False,
        )
    )


async def of(db: Connection, signature_id: int) -> Pending | None:
    """What the signature waits for."""
    found = await db.execute(select(*_COLUMNS).where(table.c.signature_id == signature_id))
    row = found.one_or_none()
    return Pending(*row) if row else None


async def of_supporter(db: Connection, supporter_id: int) -> list[Pending]:
    """The person's signatures that wait for a code, newest first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.supporter_id == supporter_id, table.c.cause == "email")
        .order_by(table.c.since.desc(), table.c.signature_id.desc())
    )
    return [Pending(*row) for row in rows]


def waits(supporter_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a signature of this person waits for a code."""
    return exists().where(table.c.supporter_id == supporter_id, table.c.cause == "email")


async def change(db: Connection, signature_id: int, **values: Any) -> None:
    """Keep something else about it."""
    await codes.change(db, KEY, signature_id, **values)


async def end(db: Connection, signature_id: int) -> None:
    """It waits no more."""
    await db.execute(delete(table).where(table.c.signature_id == signature_id))


async def count_it(
    db: Connection, campaign_id: int, signature_id: int, now: datetime
) -> Signature | None:
    """Let it count from now on; None if it waits no more."""
    lock = await locks.totals(db, campaign_id)
    waiting = await locks.signature(db, lock, signature_id=signature_id)
    if waiting is None or waiting.status != "pending":
        return None
    done = await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id, signatures.c.status == "pending")
        .values(status="live")
        .returning(*(signatures.c[name] for name in Signature.__slots__))
    )
    counted = Signature(*done.one())
    await locks.count(db, campaign_id, live=1, now=now)
    await storage_counted.count(db, lock, counted, 1)
    return counted


async def due(
    db: Connection, now: datetime, limit: int, *, longest_pause: timedelta
) -> list[Pending]:
    """Those to whom a code is to be sent now, longest waiting first; see storage.codes.is_due."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.cause == "email", codes.is_due(table, now, longest_pause))
        .order_by(table.c.since, table.c.signature_id)
        .limit(limit)
    )
    return [Pending(*row) for row in rows]


async def to_remind(db: Connection, since_before: datetime, limit: int) -> list[Pending]:
    """Those that have waited so long for a code and have not been reminded; they are now."""
    chosen = (
        select(table.c.signature_id)
        .where(table.c.cause == "email", ~table.c.reminded, table.c.since <= since_before)
        .order_by(table.c.since)
        .limit(limit)
    )
    rows = await db.execute(
        update(table)
        .where(table.c.signature_id.in_(chosen))
        .values(reminded=True)
        .returning(*_COLUMNS)
    )
    return [Pending(*row) for row in rows]


async def drop(db: Connection, since_before: datetime, now: datetime) -> int:
    """Erase the personal data of those that have waited so long for a code; gives how many."""
    is_old = (table.c.cause == "email", table.c.since <= since_before)
    theirs = select(table.c.campaign_id).where(*is_old).distinct().order_by(table.c.campaign_id)
    for campaign_id in (await db.scalars(theirs)).all():
        await locks.totals(db, campaign_id)
    old = select(table.c.signature_id).where(*is_old)
    blank = (
        *("full_name", "postcode", "email", "phone", "country", "comment"),
        *("name_key", "email_key", "mailbox_key", "phone_key"),
    )
    done = await db.execute(
        update(signatures)
        .where(signatures.c.id.in_(old), signatures.c.status == "pending")
        .values(status="withdrawn", withdrawn_at=now, **dict.fromkeys(blank))
    )
    await db.execute(delete(table).where(*is_old))
    return done.rowcount
