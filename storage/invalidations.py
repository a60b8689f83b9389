"""Invalidations: acts of staff by which signatures do not count, and which can be undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update

from storage import counted, locks
from storage.database import Connection
from storage.locks import Countable
from storage.tables import invalidations as table
from storage.tables import signatures


@dataclass(frozen=True, slots=True)
class Invalidation:
    """One act.

    Attributes:
        state: "draft" (a dry run), "applying", "applied", "undoing" or "undone".
        rule: as campaign.invalidation.rules gives it.
        made_by, undone_by: Telegram ids; None for the command line.
        made_at, undone_at: UTC.
        held: how many signatures do not count by it now.
    """

    id: int
    campaign_id: int
    state: str
    reason: str
    rule: dict[str, Any]
    made_by: int | None
    made_at: datetime
    undone_by: int | None
    undone_at: datetime | None
    held: int


_COLUMNS = tuple(table.c[name] for name in Invalidation.__slots__)
_HELD = table.c.held + bindparam("more")
_COUNT_HELD = (
    update(table)
    .where(table.c.id == bindparam("which"), table.c.state == bindparam("wanted"))
    .values(held=case((_HELD < 0, 0), else_=_HELD))
)


async def add(
    db: Connection,
    *,
    campaign_id: int,
    rule: dict[str, Any],
    made_by: int | None,
    now: datetime,
) -> Invalidation:
    """A dry run: nothing is held by it yet."""
    made = await db.execute(
        insert(table)
        .values(
            campaign_id=campaign_id,
            state="draft",
            reason="",
            rule=rule,
            made_by=made_by,
            made_at=now,
            held=0,
            told=True,
        )
        .returning(*_COLUMNS)
    )
    return Invalidation(*made.one())


async def of(db: Connection, invalidation_id: int) -> Invalidation | None:
    """The act of this number."""
    found = await db.execute(select(*_COLUMNS).where(table.c.id == invalidation_id))
    row = found.one_or_none()
    return Invalidation(*row) if row else None


async def latest(db: Connection, campaign_id: int, limit: int) -> list[Invalidation]:
    """The newest acts of a campaign that were more than a dry run, newest first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id, table.c.state != "draft")
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [Invalidation(*row) for row in rows]


async def in_hand(db: Connection) -> list[Invalidation]:
    """Those that have not been worked off, oldest first."""
    rows = await db.execute(
        select(*_COLUMNS).where(table.c.state.in_(("applying", "undoing"))).order_by(table.c.id)
    )
    return [Invalidation(*row) for row in rows]


async def move(
    db: Connection, invalidation_id: int, before: Collection[str], after: str, **values: Any
) -> bool:
    """Let it be in another state; False if it is not in one of those before."""
    done = await db.execute(
        update(table)
        .where(table.c.id == invalidation_id, table.c.state.in_(before))
        .values(state=after, **values)
    )
    return bool(done.rowcount)


async def hold(
    db: Connection, invalidation_id: int, campaign_id: int, signature_id: int, now: datetime
) -> Countable | None:
    """Let a live signature not count.

    The act is locked after the campaign's totals, so that none is held by one that is being undone.

    Returns:
        The signature as it was; None if it is not live now, or the act is not being applied.
    """
    lock = await locks.totals(db, campaign_id)
    if not await _count_held(db, invalidation_id, "applying", 1):
        return None
    before = await locks.signature(db, lock, signature_id=signature_id)
    if before is None or before.status != "live":
        await _count_held(db, invalidation_id, "applying", -1)
        return None
    await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id)
        .values(status="invalidated", invalidation_id=invalidation_id)
    )
    await counted.count_no_more(db, lock, before, now)
    return before


async def release(
    db: Connection, invalidation_id: int, campaign_id: int, signature_id: int, now: datetime
) -> Countable | None:
    """Let a held signature count again; one that was withdrawn meanwhile stays withdrawn.

    Returns:
        The signature, if it counts again.
    """
    lock = await locks.totals(db, campaign_id)
    before = await locks.signature(db, lock, signature_id=signature_id)
    if before is None or before.invalidation_id != invalidation_id:
        return None
    await _count_held(db, invalidation_id, "undoing", -1)
    counts = before.status == "invalidated"
    await db.execute(
        update(signatures)
        .where(signatures.c.id == signature_id)
        .values(status="live" if counts else before.status, invalidation_id=None)
    )
    if not counts:
        return None
    await locks.count(db, campaign_id, live=1, now=now)
    await counted.count(db, lock, before, 1)
    return before


async def page_of_held(
    db: Connection, invalidation_id: int, limit: int, *, after: int = 0
) -> Sequence[int]:
    """The next signatures, by their ids, after this one, that do not count by this act."""
    rows = await db.scalars(
        select(signatures.c.id)
        .where(signatures.c.invalidation_id == invalidation_id, signatures.c.id > after)
        .order_by(signatures.c.id)
        .limit(limit)
    )
    return rows.all()


async def _count_held(db: Connection, invalidation_id: int, state: str, more: int) -> bool:
    given = {"which": invalidation_id, "wanted": state, "more": more}
    return bool((await db.execute(_COUNT_HELD, given)).rowcount)
