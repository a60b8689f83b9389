"""Claim the next deliveries of a broadcast, and ask again whether each person still wants it."""

from collections.abc import Sequence
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
    select,
    update,
)

from storage import email_subscriptions as by_email
from storage import other_campaigns
from storage.addresses import EMAIL, TELEGRAM
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.deliveries import CLAIMED, OURS, PENDING, THROUGH
from storage.encryption.columns import or_empty
from storage.tables import (
    addresses,
    broadcasts,
    decision_reminders,
    email_subscriptions,
    joined_people,
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
        wants: whether they can be reached, have not got it as another whom they have been joined
            with, and still hear updates of this kind or, of a reminder, still want that.
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


_AS_ANOTHER = table.alias("as_another")
_GOT_AS_ANOTHER = exists().where(
    joined_people.c.now_id == table.c.supporter_id,
    exists().where(  # within: else SQLite looks through all deliveries of the broadcast for each
        _AS_ANOTHER.c.broadcast_id == bindparam("which"),
        _AS_ANOTHER.c.supporter_id == joined_people.c.supporter_id,
        _AS_ANOTHER.c.status.in_(("sent", "unknown", "claimed")),
    ),
)
"""Whoever became one with another while it was on its way has it, or may have, as that one."""

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
            and_(wants, ~_GOT_AS_ANOTHER),
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
            OURS,
            PENDING,
            THROUGH[channel],
            table.c.not_before.is_(None) | (table.c.not_before <= bindparam("now")),
        )
        .order_by(table.c.supporter_id)
        .limit(bindparam("limit"))
        .with_for_update(of=table, skip_locked=True)
    )


_EMAIL = [
    select(column)
    .where(by_email.has_address(table.c.supporter_id))
    .order_by(*by_email.NEWEST_FIRST)
    .limit(1)
    .correlate(table)
    .scalar_subquery()
    for column in (addresses.c.value, addresses.c.id)
]
"""The one of a person's addresses that was proved last, of those that can be written to."""

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
_NEXT_REMINDED_BY_EMAIL = _next(and_(_ASKED_FOR_IT, _HEARS_BY_EMAIL), EMAIL, *_EMAIL)
_REMINDED_BY_EMAIL_INSTEAD = (
    update(table)
    .where(
        OURS,
        table.c.supporter_id.in_(bindparam("whose", expanding=True)),
        CLAIMED,
        _HEARS_BY_EMAIL,
    )
    .values(status="pending", channel=EMAIL, not_before=None, tries=0)
    .returning(table.c.supporter_id)
)
_BY_EMAIL_INSTEAD = _REMINDED_BY_EMAIL_INSTEAD.where(
    ~exists().where(
        muted_kinds.c.supporter_id == table.c.supporter_id,
        muted_kinds.c.campaign_id == bindparam("campaign"),
        muted_kinds.c.kind == bindparam("kind"),
    )
)
_CLAIM = (
    update(table)
    .where(OURS, table.c.supporter_id == bindparam("who"))
    .values(status="claimed", at=bindparam("now"))
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
    reminds = broadcast.audience.get("reminder_of") is not None
    if channel == EMAIL:
        return _NEXT_REMINDED_BY_EMAIL if reminds else _NEXT_BY_EMAIL
    if reminds:
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
                CLAIMED,
            )
            .values(status="pending")
        )


async def send_by_email(
    db: Connection, broadcast: Broadcast, supporter_ids: Sequence[int]
) -> set[int]:
    """Let those of these people get it by email who have agreed to that and have an address: their
    chat, or another address, could not be written to.

    Returns:
        Who will; nobody of news of other campaigns, which is agreed to in the chat.
    """
    if not supporter_ids or broadcast.kind == ANNOUNCEMENT:
        return set()
    reminds = broadcast.audience.get("reminder_of") is not None
    move = _REMINDED_BY_EMAIL_INSTEAD if reminds else _BY_EMAIL_INSTEAD
    given = {
        "which": broadcast.id,
        "campaign": broadcast.campaign_id,
        "kind": broadcast.kind,
        "whose": list(supporter_ids),
    }
    return set(await db.scalars(move, given))
