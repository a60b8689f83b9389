"""Deliveries: one broadcast to one supporter. A row is claimed before its message is sent, and its
outcome is recorded after: whatever is claimed when the sender dies may have arrived or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)

from storage import email_subscriptions as by_email
from storage import other_campaigns
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import ANNOUNCEMENT, is_for_chats
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.encryption.columns import or_empty
from storage.tables import (
    addresses,
    broadcasts,
    decision_reminders,
    email_subscriptions,
    muted_kinds,
    own_quiet_hours,
    subscriptions,
    supporters,
)
from storage.tables import deliveries as table


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whose delivery has been claimed.

    Attributes:
        tries: how often it has been tried before.
        wants: whether they can be reached, and still hear updates of this kind or, of a reminder,
            still want that.
        quiet_hours: their own, as "22:00-10:00"; None if they have chosen none.
        sent_today: updates that have reached them since the day began.
        email, address_id: where it goes by email; None in a chat, or if there is no address any
            more.
    """

    supporter_id: int
    telegram_id: int
    first_name: str
    language: str | None
    telegram_language: str | None
    tries: int
    wants: bool
    quiet_hours: str | None = None
    sent_today: int = 0
    email: str | None = None
    address_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one delivery has ended, or that it has to wait.

    Attributes:
        status: sent, unreachable, failed, unknown or left_out; pending to try again.
        not_before: for pending, UTC.
        tried: whether it counts as a try.
        reason: in Telegram's or our words, never a person's.
        channel: by which it was tried.
    """

    supporter_id: int
    status: str
    message_ids: Sequence[int] = ()
    not_before: datetime | None = None
    reason: str | None = None
    tried: bool = True
    channel: str = TELEGRAM


# The literals are those of the partial indexes, which SQLite would not use for a parameter.
_PENDING = table.c.status == literal_column("'pending'")
_CLAIMED = table.c.status == literal_column("'claimed'")
_BY_EMAIL = table.c.channel == literal_column("'email'")
_THROUGH = {TELEGRAM: table.c.channel.is_(None), EMAIL: _BY_EMAIL}
_OURS = table.c.broadcast_id == bindparam("which")

_EARLIER = table.alias("earlier")
_SENT_TODAY = (
    select(func.count())
    .select_from(_EARLIER)
    .join(broadcasts, broadcasts.c.id == _EARLIER.c.broadcast_id)
    .where(
        _EARLIER.c.supporter_id == table.c.supporter_id,
        _EARLIER.c.at >= bindparam("today"),
        _EARLIER.c.status == "sent",
        broadcasts.c.act == "send",
    )
    .scalar_subquery()
)
_SUBSCRIBED = exists().where(
    subscriptions.c.supporter_id == table.c.supporter_id,
    subscriptions.c.campaign_id == bindparam("campaign"),
)
_HEARS_OF_OTHERS = and_(
    other_campaigns.hears_of(table.c.supporter_id, bindparam("campaign")),
    other_campaigns.never_signed(table.c.supporter_id, bindparam("campaign")),
)


_NOT_MUTED = muted_kinds.c.kind.is_(None)
_ASKED_FOR_IT = exists().where(
    decision_reminders.c.supporter_id == table.c.supporter_id,
    decision_reminders.c.decision_id == bindparam("reminder_of"),
)


def _next(
    wants: ColumnElement[bool],
    channel: str = TELEGRAM,
    *where: ColumnElement[Any],
) -> Select[Any]:
    """The next to be claimed, each with whether they want it, asked again for each."""
    return (
        select(
            table.c.supporter_id,
            supporters.c.telegram_id,
            or_empty(supporters.c.first_name),
            supporters.c.language,
            supporters.c.telegram_language,
            table.c.tries,
            wants,
            own_quiet_hours.c.hours,
            _SENT_TODAY,
            *where,
        )
        .join(supporters, supporters.c.id == table.c.supporter_id)
        .outerjoin(
            muted_kinds,
            (muted_kinds.c.supporter_id == table.c.supporter_id)
            & (muted_kinds.c.campaign_id == bindparam("campaign"))
            & (muted_kinds.c.kind == bindparam("kind")),
        )
        .outerjoin(own_quiet_hours, own_quiet_hours.c.supporter_id == table.c.supporter_id)
        .where(table.c.supporter_id > bindparam("after"))
        .where(
            _OURS,
            _PENDING,
            _THROUGH[channel],
            table.c.not_before.is_(None) | (table.c.not_before <= bindparam("now")),
        )
        .order_by(table.c.supporter_id)
        .limit(bindparam("limit"))
        .with_for_update(of=table, skip_locked=True)
    )


_EMAIL = [
    select(column)
    .where(by_email.has_address(table.c.supporter_id))
    .order_by(addresses.c.id.desc())
    .limit(1)
    .correlate(table)
    .scalar_subquery()
    for column in (addresses.c.value, addresses.c.id)
]
"""The newest of a person's addresses that can be written to."""

_HEARS_BY_EMAIL = and_(
    exists().where(
        email_subscriptions.c.supporter_id == table.c.supporter_id,
        email_subscriptions.c.campaign_id == bindparam("campaign"),
    ),
    by_email.reaches(table.c.supporter_id),
)
_NEXT = _next(and_(_SUBSCRIBED, _NOT_MUTED, supporters.c.reachable))
_NEXT_TOLD_OF_A_CAMPAIGN = _next(and_(_HEARS_OF_OTHERS, _NOT_MUTED, supporters.c.reachable))
_NEXT_REMINDED = _next(and_(_ASKED_FOR_IT, supporters.c.reachable))
_NEXT_BY_EMAIL = _next(and_(_HEARS_BY_EMAIL, _NOT_MUTED), EMAIL, *_EMAIL)
_BY_EMAIL_INSTEAD = (
    update(table)
    .where(
        _OURS,
        table.c.supporter_id.in_(bindparam("whose", expanding=True)),
        _CLAIMED,
        _THROUGH[TELEGRAM],
        _HEARS_BY_EMAIL,
        ~exists().where(
            muted_kinds.c.supporter_id == table.c.supporter_id,
            muted_kinds.c.campaign_id == bindparam("campaign"),
            muted_kinds.c.kind == bindparam("kind"),
        ),
    )
    .values(status="pending", channel=EMAIL, not_before=None, tries=0)
    .returning(table.c.supporter_id)
)
_CLAIM = (
    update(table)
    .where(_OURS, table.c.supporter_id == bindparam("who"))
    .values(status="claimed", at=bindparam("now"))
)
_RECORD = (
    update(table)
    .where(_OURS, table.c.supporter_id == bindparam("who"), _CLAIMED)
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
    channel: select(func.min(table.c.not_before)).where(_OURS, _PENDING, through)
    for channel, through in _THROUGH.items()
}
_DUE = (
    select(table.c.supporter_id)
    .where(_OURS, _PENDING, table.c.not_before.is_(None) | (table.c.not_before <= bindparam("now")))
    .limit(1)
)
_IN_HAND = select(table.c.supporter_id).where(_OURS, _CLAIMED).limit(1)
_OPEN = select(func.count()).select_from(table).where(_OURS, _PENDING)


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


async def claim(
    db: Connection,
    broadcast: Broadcast,
    now: datetime,
    limit: int,
    *,
    after: int,
    today: datetime,
    channel: str = TELEGRAM,
) -> list[Recipient]:
    """Take the next deliveries of a channel in hand; nobody else will.

    Args:
        after: only of supporters whose id is greater.
        today: when the day began (UTC), for what has been sent since.
    """
    given = {
        "which": broadcast.id,
        "campaign": broadcast.campaign_id,
        "kind": broadcast.kind,
        "now": now,
        "limit": limit,
        "after": after,
        "today": today,
        "reminder_of": broadcast.audience.get("reminder_of"),
    }
    found = [Recipient(*row) for row in await db.execute(_next_of(broadcast, channel), given)]
    if found:
        await db.execute(
            _CLAIM,
            [{"which": broadcast.id, "who": one.supporter_id, "now": now} for one in found],
        )
    return found


def _next_of(broadcast: Broadcast, channel: str) -> Select[Any]:
    """By what the people were chosen, by that they are asked after again."""
    if channel == EMAIL:
        return _NEXT_BY_EMAIL
    if broadcast.audience.get("reminder_of") is not None:
        return _NEXT_REMINDED
    return _NEXT_TOLD_OF_A_CAMPAIGN if broadcast.kind == ANNOUNCEMENT else _NEXT


async def put_back(db: Connection, broadcast_id: int, supporter_ids: Sequence[int]) -> None:
    """Let these claimed deliveries be pending again: nothing has been sent."""
    if supporter_ids:
        await db.execute(
            update(table)
            .where(
                table.c.broadcast_id == broadcast_id,
                table.c.supporter_id.in_(supporter_ids),
                _CLAIMED,
            )
            .values(status="pending")
        )


async def send_by_email(
    db: Connection, broadcast: Broadcast, supporter_ids: Sequence[int]
) -> set[int]:
    """Let those of these people get it by email who have agreed to that and have an address: their
    chat could not be written to.

    Returns:
        Who will; nobody of what was agreed to for the chat alone.
    """
    if not supporter_ids or is_for_chats(broadcast.kind, broadcast.audience.get("reminder_of")):
        return set()
    given = {
        "which": broadcast.id,
        "campaign": broadcast.campaign_id,
        "kind": broadcast.kind,
        "whose": list(supporter_ids),
    }
    return set(await db.scalars(_BY_EMAIL_INSTEAD, given))


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


async def bounced(db: Connection, broadcast_id: int, supporter_id: int) -> bool:
    """Note that an email did not arrive that was taken; False if there is none such."""
    done = await db.execute(
        update(table)
        .where(
            table.c.broadcast_id == broadcast_id,
            table.c.supporter_id == supporter_id,
            table.c.status == "sent",
            _BY_EMAIL,
        )
        .values(status="unreachable", reason="bounced")
    )
    return bool(done.rowcount)


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
        .where(table.c.broadcast_id == broadcast_id, _PENDING, table.c.not_before.is_not(None))
        .values(not_before=None)
    )


async def settle_claimed(db: Connection, broadcast_id: int, status: str, now: datetime) -> int:
    """What was claimed when a sender died has this status from now on; gives how many."""
    done = await db.execute(
        update(table)
        .where(table.c.broadcast_id == broadcast_id, _CLAIMED)
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
            _THROUGH[channel],
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
