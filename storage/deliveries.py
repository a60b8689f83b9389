"""Deliveries: one broadcast to one supporter. A row is claimed before its message is sent, and its
outcome is recorded after: whatever is claimed when the sender dies may have arrived or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from storage.addresses import EMAIL, TELEGRAM
from storage.database import Connection
from storage.tables import broadcasts
from storage.tables import deliveries as table


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one delivery has ended, or that it has to wait.

    Attributes:
        status: sent, unreachable, failed, unknown or left_out; pending to try again.
        not_before: for pending, UTC.
        tried: whether it counts as a try.
        reason: in Telegram's or our words, never a person's.
        channel: by which it was tried.
        address_id: to which email address.
    """

    supporter_id: int
    status: str
    message_ids: Sequence[int] = ()
    not_before: datetime | None = None
    reason: str | None = None
    tried: bool = True
    channel: str = TELEGRAM
    address_id: int | None = None


# The literals are those of the partial indexes, which SQLite would not use for a parameter.
PENDING = table.c.status == literal_column("'pending'")
CLAIMED = table.c.status == literal_column("'claimed'")
_BY_EMAIL = table.c.channel == literal_column("'email'")
THROUGH = {TELEGRAM: table.c.channel.is_(None), EMAIL: _BY_EMAIL}
OURS = table.c.broadcast_id == bindparam("which")

_RECORD = (
    update(table)
    .where(OURS, table.c.supporter_id == bindparam("who"), CLAIMED)
    .values(
        status=bindparam("became"),
        message_ids=bindparam("messages"),
        tries=table.c.tries + bindparam("tried"),
        not_before=bindparam("waits_until"),
        reason=bindparam("because"),
        at=bindparam("now"),
    )
)
_EARLIEST = {
    channel: select(func.min(table.c.not_before)).where(OURS, PENDING, through)
    for channel, through in THROUGH.items()
}
_DUE = (
    select(table.c.supporter_id)
    .where(OURS, PENDING, table.c.not_before.is_(None) | (table.c.not_before <= bindparam("now")))
    .limit(1)
)
_IN_HAND = select(table.c.supporter_id).where(OURS, CLAIMED).limit(1)
_OPEN = select(func.count()).select_from(table).where(OURS, PENDING)


async def add(
    db: Connection, broadcast_id: int, supporter_ids: Sequence[int], *, channel: str = TELEGRAM
) -> None:
    """Let these people get the broadcast; none of them has a delivery of it yet.

    Args:
        channel: by which they get it.
    """
    if not supporter_ids:
        return
    await db.execute(
        insert(table),
        [
            {
                "broadcast_id": broadcast_id,
                "supporter_id": supporter_id,
                "status": "pending",
                "tries": 0,
                "channel": None if channel == TELEGRAM else channel,
            }
            for supporter_id in supporter_ids
        ],
    )


async def record(
    db: Connection, broadcast_id: int, outcomes: Sequence[Outcome], now: datetime
) -> None:
    """Keep how claimed deliveries have ended."""
    if outcomes:
        await db.execute(
            _RECORD,
            [
                {
                    "which": broadcast_id,
                    "who": one.supporter_id,
                    "became": one.status,
                    "messages": list(one.message_ids) or None,
                    "waits_until": one.not_before,
                    "because": one.reason,
                    "tried": int(one.tried),
                    "now": now,
                }
                for one in outcomes
            ],
        )


async def is_there(db: Connection, broadcast_id: int, supporter_id: int) -> bool:
    """Whether a person is among those who get the broadcast, so far."""
    found = select(table.c.status).where(
        table.c.broadcast_id == broadcast_id, table.c.supporter_id == supporter_id
    )
    return (await db.execute(found)).first() is not None


async def bounced(
    db: Connection, broadcast_id: int, supporter_id: int, address_id: int | None = None
) -> Sequence[int] | None:
    """Note that an email did not arrive that was taken.

    Args:
        address_id: it went to this address, and to no other; None if that is not known.

    Returns:
        The number of the address that it went to, if it is known; None if there is no such email.
    """
    this = (
        table.c.broadcast_id == broadcast_id,
        table.c.supporter_id == supporter_id,
        table.c.status == "sent",
        _BY_EMAIL,
    )
    row = (await db.execute(select(table.c.message_ids).where(*this))).one_or_none()
    if row is None or (address_id is not None and address_id not in (row[0] or [address_id])):
        return None
    done = await db.execute(
        update(table).where(*this).values(status="unreachable", reason="bounced")
    )
    return (row[0] or []) if done.rowcount else None


async def retry_failed(db: Connection, broadcast_id: int) -> int:
    """Let all that have failed be pending again; gives how many."""
    done = await db.execute(
        update(table)
        .where(table.c.broadcast_id == broadcast_id, table.c.status == "failed")
        .values(status="pending", tries=0, not_before=None, reason=None)
    )
    return done.rowcount


async def sent_since(db: Connection, supporter_id: int, since: datetime) -> int:
    """How many updates have reached a person since then (UTC)."""
    return (
        await db.scalar(
            select(func.count())
            .select_from(table)
            .join(broadcasts, broadcasts.c.id == table.c.broadcast_id)
            .where(
                table.c.supporter_id == supporter_id,
                table.c.at >= since,
                table.c.status == "sent",
                broadcasts.c.act == "send",
            )
        )
        or 0
    )


async def wait_no_longer(db: Connection, broadcast_id: int) -> None:
    """Let those who wait until some time be decided about again: the clock has been set back."""
    await db.execute(
        update(table)
        .where(table.c.broadcast_id == broadcast_id, PENDING, table.c.not_before.is_not(None))
        .values(not_before=None)
    )


async def settle_claimed(
    db: Connection, broadcast_id: int, status: str, now: datetime, *, channel: str
) -> int:
    """What was claimed in a channel when a sender died has this status from now on; gives how
    many."""
    done = await db.execute(
        update(table)
        .where(table.c.broadcast_id == broadcast_id, CLAIMED, THROUGH[channel])
        .values(status=status, reason="sender died", at=now)
    )
    return done.rowcount


async def pending(db: Connection, broadcast_id: int) -> int:
    """How many have not been sent yet, by whatever channel."""
    return await db.scalar(_OPEN, {"which": broadcast_id}) or 0


async def earliest(db: Connection, broadcast_id: int, channel: str) -> datetime | None:
    """When the first of a channel's that have to wait may be tried (UTC)."""
    found: datetime | None = await db.scalar(_EARLIEST[channel], {"which": broadcast_id})
    return found


async def could_move(db: Connection, broadcast_id: int, now: datetime) -> bool:
    """Whether somebody could be written to now (UTC), or has been and nothing is known of it."""
    for query in (_DUE, _IN_HAND):
        if (await db.execute(query, {"which": broadcast_id, "now": now})).first() is not None:
            return True
    return False


async def page_of_sent(
    db: Connection, broadcast_id: int, *, after: int, limit: int, channel: str = TELEGRAM
) -> Sequence[int]:
    """The next supporters, by their ids, whom it has reached by a channel and whose messages are
    known."""
    rows = await db.scalars(
        select(table.c.supporter_id)
        .where(
            table.c.broadcast_id == broadcast_id,
            table.c.status == "sent",
            table.c.supporter_id > after,
            THROUGH[channel],
        )
        .order_by(table.c.supporter_id)
        .limit(limit)
    )
    return rows.all()


async def messages_of(
    db: Connection, broadcast_id: int, supporter_ids: Sequence[int]
) -> Mapping[int, Sequence[int]]:
    """Under which ids Telegram keeps what each of these people has got of it."""
    rows = await db.execute(
        select(table.c.supporter_id, table.c.message_ids).where(
            table.c.broadcast_id == broadcast_id, table.c.supporter_id.in_(supporter_ids)
        )
    )
    return {row[0]: row[1] for row in rows if row[1]}
