"""Broadcasts: one update each on its way to an audience, its state, and how far it has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, select, update

from storage.database import Connection
from storage.tables import broadcasts as table


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One broadcast.

    Attributes:
        approved_by: the supporter's id of who agreed to it.
        approved_digest: of all that they agreed to; see campaign/broadcasts/agreement.py.
        status: draft, awaiting_approval, scheduled, sending, paused, done or cancelled.
        version: goes up with every change, so that two editors do not overwrite each other.
        content, audience, options: JSON; campaign/broadcasts knows what is in them.
        due_at, started_at, ended_at: UTC.
        paused_why: what made it pause; None while it does not.
        walked: whether everybody of the audience has a delivery.
        act: "send"; or "correct" or "retract" what the one that it `follows` has sent.
        pause_told: whether staff have been told that it has paused by itself.
        sender: goes up with each sender that takes it in hand: only the latest may go on.
        total: deliveries so far; sent, unreachable, failed, unknown and left_out: how they ended.
    """

    id: int
    campaign_id: int
    kind: str
    status: str
    version: int
    author_id: int | None
    approved_by: int | None
    approved_digest: str | None
    content: dict[str, Any]
    audience: dict[str, Any]
    options: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    paused_why: str | None
    cursor: int
    walked: bool
    total: int
    sent: int
    unreachable: int
    failed: int
    unknown: int
    left_out: int
    act: str
    follows: int | None
    pause_told: bool
    sender: int

    @property
    def ended(self) -> int:
        """Deliveries that need nothing more."""
        return self.sent + self.unreachable + self.failed + self.unknown + self.left_out


UNAGREED: Mapping[str, None] = {"approved_by": None, "approved_digest": None}
"""Values of a broadcast that nobody has agreed to."""

FIGURES = ("total", "sent", "unreachable", "failed", "unknown", "left_out")
_COLUMNS = tuple(table.c[name] for name in Broadcast.__slots__)
LISTED = ("awaiting_approval", "paused", "sending", "scheduled", "draft", "done", "cancelled")
_AS_LISTED = (
    case({state: place for place, state in enumerate(LISTED)}, value=table.c.status),
    case((table.c.status == "scheduled", table.c.due_at)),
    table.c.id.desc(),
)
_OF = select(*_COLUMNS).where(table.c.id == bindparam("wanted"))
_LOCKED = _OF.with_for_update()
_COUNT = (
    update(table)
    .where(table.c.id == bindparam("which"))
    .values({name: table.c[name] + bindparam(f"more_{name}") for name in FIGURES})
)
_WALK = (
    update(table)
    .where(table.c.id == bindparam("which"))
    .values(cursor=bindparam("last"), walked=bindparam("all_walked"))
)


async def add(
    db: Connection,
    *,
    campaign_id: int,
    kind: str,
    author_id: int | None,
    content: Mapping[str, Any],
    audience: Mapping[str, Any],
    options: Mapping[str, Any],
    now: datetime,
    act: str = "send",
    follows: int | None = None,
) -> Broadcast:
    """Keep a new draft."""
    made = await db.execute(
        insert(table)
        .values(
            campaign_id=campaign_id,
            kind=kind,
            status="draft",
            version=1,
            author_id=author_id,
            content=dict(content),
            audience=dict(audience),
            options=dict(options),
            created_at=now,
            updated_at=now,
            cursor=0,
            walked=False,
            act=act,
            follows=follows,
            **dict.fromkeys(FIGURES, 0),
        )
        .returning(*_COLUMNS)
    )
    return Broadcast(*made.one())


async def of(db: Connection, broadcast_id: int, *, lock: bool = False) -> Broadcast | None:
    """The broadcast of this number; locked until the transaction ends, if wanted."""
    row = (await db.execute(_LOCKED if lock else _OF, {"wanted": broadcast_id})).one_or_none()
    return Broadcast(*row) if row else None


async def in_state(db: Connection, *statuses: str) -> list[Broadcast]:
    """All that are in one of these states, oldest first."""
    rows = await db.execute(
        select(*_COLUMNS).where(table.c.status.in_(statuses)).order_by(table.c.id)
    )
    return [Broadcast(*row) for row in rows]


async def ended_since(db: Connection, moment: datetime) -> list[Broadcast]:
    """All that have ended at that time (UTC) or after it, oldest first."""
    rows = await db.execute(
        select(*_COLUMNS).where(table.c.ended_at >= moment).order_by(table.c.id)
    )
    return [Broadcast(*row) for row in rows]


async def of_campaign(db: Connection, campaign_id: int, limit: int) -> list[Broadcast]:
    """A campaign's newest broadcasts, newest first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [Broadcast(*row) for row in rows]


async def page(db: Connection, campaign_id: int, *, offset: int, limit: int) -> list[Broadcast]:
    """A page of all of a campaign's broadcasts: by state in the order of LISTED, what is scheduled
    by its time, everything else the newest first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id)
        .order_by(*_AS_LISTED)
        .offset(offset)
        .limit(limit)
    )
    return [Broadcast(*row) for row in rows]


async def drafts(db: Connection, campaign_id: int, limit: int) -> list[Broadcast]:
    """A campaign's drafts, what was changed last first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id, table.c.status == "draft")
        .order_by(table.c.updated_at.desc(), table.c.id.desc())
        .limit(limit)
    )
    return [Broadcast(*row) for row in rows]


async def count_by_status(db: Connection, campaign_id: int) -> dict[str, int]:
    """How many of a campaign's broadcasts are in each state."""
    rows = await db.execute(
        select(table.c.status, func.count())
        .where(table.c.campaign_id == campaign_id)
        .group_by(table.c.status)
    )
    return {**dict.fromkeys(LISTED, 0), **{row[0]: row[1] for row in rows}}


async def waiting(db: Connection, campaign_id: int, *statuses: str) -> list[Broadcast]:
    """A campaign's broadcasts in these states, what is due first first."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c.campaign_id == campaign_id, table.c.status.in_(statuses))
        .order_by(table.c.due_at, table.c.id)
    )
    return [Broadcast(*row) for row in rows]


async def has_started(db: Connection, campaign_id: int, kind: str, *, since: datetime) -> bool:
    """Whether one of this kind has begun to go out since then (UTC)."""
    found = await db.scalar(
        select(table.c.id)
        .where(
            table.c.campaign_id == campaign_id,
            table.c.kind == kind,
            table.c.act == "send",
            table.c.started_at >= since,
        )
        .limit(1)
    )
    return found is not None


async def following(db: Connection, broadcast_id: int) -> list[Broadcast]:
    """Those that correct or retract this one, oldest first."""
    rows = await db.execute(
        select(*_COLUMNS).where(table.c.follows == broadcast_id).order_by(table.c.id)
    )
    return [Broadcast(*row) for row in rows]


async def correct(db: Connection, broadcast_id: int, content: Mapping[str, Any]) -> None:
    """Put other content in, whatever state it is in: who gets it from now on gets that. Nobody has
    agreed to it."""
    await db.execute(
        update(table)
        .where(table.c.id == broadcast_id)
        .values(content=dict(content), version=table.c.version + 1, **UNAGREED)
    )


async def illustrate(
    db: Connection, broadcast_id: int, version: int, content: Mapping[str, Any]
) -> None:
    """Put pictures into what the bot has written, unless somebody has changed it or asked for
    agreement to it meanwhile. It stays an update that nobody has touched."""
    await db.execute(
        update(table)
        .where(table.c.id == broadcast_id, table.c.version == version)
        .values(content=dict(content), version=version + 1)
    )


async def agree_to(db: Connection, broadcast_id: int, supporter_id: int, digest: str) -> None:
    """Keep who has agreed to an update, and the digest of what they agreed to."""
    await db.execute(
        update(table)
        .where(table.c.id == broadcast_id)
        .values(approved_by=supporter_id, approved_digest=digest)
    )


async def expect(db: Connection, broadcast_id: int, count: int) -> None:
    """Keep how many people an update is expected to reach."""
    broadcast = await of(db, broadcast_id, lock=True)
    if broadcast is not None:
        options = {**broadcast.options, "expected": count}
        await db.execute(update(table).where(table.c.id == broadcast_id).values(options=options))


async def show_at(db: Connection, broadcast_id: int, place: Mapping[str, Any]) -> None:
    """Keep in which chat and message staff see how far it has come.

    Args:
        place: "chat", "message", and "stays_while": the state in which the message is left as it
            is, if there is one.
    """
    broadcast = await of(db, broadcast_id, lock=True)
    if broadcast is not None:
        options = {**broadcast.options, "progress": dict(place)}
        await db.execute(update(table).where(table.c.id == broadcast_id).values(options=options))


async def change(
    db: Connection, broadcast_id: int, version: int, now: datetime, **values: Any
) -> bool:
    """Change a broadcast as this version of it; False if somebody else has changed it since."""
    done = await db.execute(
        update(table)
        .where(table.c.id == broadcast_id, table.c.version == version)
        .values(version=version + 1, updated_at=now, **values)
    )
    return bool(done.rowcount)


async def move(
    db: Connection, broadcast_id: int, came_from: Collection[str], to: str, **values: Any
) -> bool:
    """Bring a broadcast from one of these states into another; False if it is in none of them."""
    done = await db.execute(
        update(table)
        .where(table.c.id == broadcast_id, table.c.status.in_(came_from))
        .values(status=to, version=table.c.version + 1, **values)
    )
    return bool(done.rowcount)


async def tell_pause(db: Connection, broadcast_id: int) -> bool:
    """Whether staff are still to be told that it has paused; True to one asker only."""
    done = await db.execute(
        update(table)
        .where(table.c.id == broadcast_id, table.c.status == "paused", ~table.c.pause_told)
        .values(pause_told=True)
    )
    return bool(done.rowcount)


async def count(db: Connection, broadcast_id: int, more: Mapping[str, int]) -> None:
    """Add to the figures."""
    given = {f"more_{name}": more.get(name, 0) for name in FIGURES}
    if any(given.values()):
        await db.execute(_COUNT, {"which": broadcast_id, **given})


async def take_in_hand(db: Connection, broadcast_id: int) -> int:
    """A new sender begins: the one before is not its sender any more."""
    taken = await db.scalar(
        update(table)
        .where(table.c.id == broadcast_id)
        .values(sender=table.c.sender + 1)
        .returning(table.c.sender)
    )
    return int(taken or 0)


async def walk_to(db: Connection, broadcast_id: int, last: int, *, walked: bool) -> None:
    """Keep how far the audience has been walked."""
    await db.execute(_WALK, {"which": broadcast_id, "last": last, "all_walked": walked})
