"""Reminders: a row for each that waits or has been dealt with, so that none is sent twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, exists, select, update

from storage import email_subscriptions as by_email
from storage.database import Connection
from storage.tables import (
    dialogs,
    email_subscriptions,
    muted_kinds,
    never_reminded,
    own_quiet_hours,
    referral_links,
    signatures,
    subscriptions,
    supporters,
)
from storage.tables import reminders as table
from storage.upsert import insert_if_absent

Outcome = Literal["sent", "declined", "dropped"]
MUTED_AS = "reminder"
"""As what people can mute reminders, beside the kinds of updates."""


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come, and all that decides whether it is sent.

    Attributes:
        due_at, wrote_at, shared_at: UTC; when the person last wrote or tapped, and first shared.
        answers: of their dialog.
        signed, hears, mutes: whether they have a live signature, hear updates, and have muted
            reminders.
        never: whether they have said that they want none at all.
        quiet_hours: their own; None if they have chosen none.
        emailed: whether they hear of this petition by email.
        has_email: whether there is an address that they hear at of any.
    """

    campaign_id: int
    supporter_id: int
    kind: str
    due_at: datetime
    telegram_id: int
    language: str | None
    telegram_language: str | None
    reachable: bool
    answers: dict[str, Any]
    wrote_at: datetime
    signed: bool
    shared_at: datetime | None
    hears: bool
    mutes: bool
    never: bool
    quiet_hours: str | None
    emailed: bool
    has_email: bool


def _same(other: Any) -> ColumnElement[bool]:
    theirs: ColumnElement[bool] = (other.c.supporter_id == table.c.supporter_id) & (
        other.c.campaign_id == table.c.campaign_id
    )
    return theirs


_HAS_ADDRESS = by_email.reaches(table.c.supporter_id)
_LOOK = (
    select(
        table.c.campaign_id,
        table.c.supporter_id,
        table.c.kind,
        table.c.due_at,
        supporters.c.telegram_id,
        supporters.c.language,
        supporters.c.telegram_language,
        supporters.c.reachable,
        dialogs.c.answers,
        dialogs.c.updated_at,
        signatures.c.id.is_not(None),
        referral_links.c.shared_at,
        subscriptions.c.supporter_id.is_not(None),
        muted_kinds.c.kind.is_not(None),
        never_reminded.c.supporter_id.is_not(None),
        own_quiet_hours.c.hours,
        and_(exists().where(_same(email_subscriptions)), _HAS_ADDRESS),
        and_(
            exists().where(email_subscriptions.c.supporter_id == table.c.supporter_id), _HAS_ADDRESS
        ),
    )
    .join(supporters, supporters.c.id == table.c.supporter_id)
    .join(dialogs, dialogs.c.supporter_id == table.c.supporter_id)
    .outerjoin(signatures, _same(signatures) & (signatures.c.status == "live"))
    .outerjoin(referral_links, _same(referral_links))
    .outerjoin(subscriptions, _same(subscriptions))
    .outerjoin(muted_kinds, _same(muted_kinds) & (muted_kinds.c.kind == MUTED_AS))
    .outerjoin(never_reminded, never_reminded.c.supporter_id == table.c.supporter_id)
    .outerjoin(own_quiet_hours, own_quiet_hours.c.supporter_id == table.c.supporter_id)
)
_DUE = (
    _LOOK.where(table.c.due_at <= bindparam("now"))
    .order_by(table.c.due_at)
    .limit(bindparam("limit"))
    .with_for_update(of=table, skip_locked=True)
)


async def arm(
    db: Connection,
    campaign_id: int,
    supporter_id: int,
    kind: str,
    due_at: datetime,
    *,
    now: datetime,
) -> None:
    """Let a reminder wait; not if it waits already, was sent, or is not wanted. Times are UTC."""
    waiting = {"due_at": due_at, "outcome": None, "at": now}
    made = await db.execute(
        insert_if_absent(db, table, table.c.kind),
        {"campaign_id": campaign_id, "supporter_id": supporter_id, "kind": kind, **waiting},
    )
    if made.scalar_one_or_none() is None:
        await db.execute(
            update(table)
            .where(*_key(campaign_id, supporter_id, kind), table.c.outcome == "dropped")
            .values(waiting)
        )


async def due(db: Connection, now: datetime, limit: int) -> Sequence[Due]:
    """Reminders whose time (UTC) has come, locked; longest waiting first."""
    rows = await db.execute(_DUE, {"now": now, "limit": limit})
    return [Due(**dict(zip(Due.__slots__, row, strict=True))) for row in rows]


async def sent(
    db: Connection, campaign_id: int, supporter_id: int, kind: str, due_at: datetime
) -> Due | None:
    """One that has been taken for sent, as it is now, due since then (UTC); None if there is none
    any more, or it has been declined."""
    key = _key(campaign_id, supporter_id, kind)
    row = (await db.execute(_LOOK.where(*key, table.c.outcome == "sent"))).one_or_none()
    if row is None:
        return None
    found = Due(**dict(zip(Due.__slots__, row, strict=True)))
    return replace(found, due_at=due_at)


async def wait(db: Connection, one: Due, until: datetime) -> None:
    """Look at it again at this time (UTC)."""
    await db.execute(
        update(table)
        .where(*_key(one.campaign_id, one.supporter_id, one.kind), table.c.due_at.is_not(None))
        .values(due_at=until)
    )


async def settle(
    db: Connection,
    campaign_id: int,
    supporter_id: int,
    kind: str,
    outcome: Outcome,
    *,
    now: datetime,
) -> None:
    """It is dealt with; a waiting one waits no longer. `now` is UTC."""
    settled = {"due_at": None, "outcome": outcome, "at": now}
    await db.execute(update(table).where(*_key(campaign_id, supporter_id, kind)).values(settled))


async def give_back(db: Connection, one: Due) -> None:
    """It is known not to have been sent: it waits again, unless it has been declined since."""
    await db.execute(
        update(table)
        .where(*_key(one.campaign_id, one.supporter_id, one.kind), table.c.outcome == "sent")
        .values(due_at=one.due_at, outcome=None)
    )


async def never(db: Connection, supporter_id: int, now: datetime) -> None:
    """No reminders to this person any more, of any campaign. Who says it again has said it `now`
    (UTC)."""
    await db.execute(
        insert_if_absent(db, never_reminded), {"supporter_id": supporter_id, "since": now}
    )
    await db.execute(
        update(never_reminded)
        .where(never_reminded.c.supporter_id == supporter_id)
        .values(since=now)
    )


async def never_since(db: Connection, supporter_id: int) -> datetime | None:
    """Since when (UTC) the person has wanted no reminders at all; None if they have not said so."""
    since: datetime | None = await db.scalar(
        select(never_reminded.c.since).where(never_reminded.c.supporter_id == supporter_id)
    )
    return since


def _key(campaign_id: int, supporter_id: int, kind: str) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.campaign_id == campaign_id,
        table.c.supporter_id == supporter_id,
        table.c.kind == kind,
    )
