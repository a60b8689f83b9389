"""Rows of two people who are one: what goes along, unless the other has the same already."""

from sqlalchemy import ColumnElement, FromClause, Table, and_, or_, select, update

from storage import next_steps
from storage.database import Connection
from storage.joining_signatures import Sides
from storage.tables import (
    blocked_accounts,
    blocks,
    broadcast_taps,
    broadcasts,
    decision_reminders,
    deliveries,
    inbox_conversations,
    inbox_messages,
    never_reminded,
    own_quiet_hours,
    pending_addresses,
    personal_letters,
    referral_opens,
    reminders,
    steps_taken,
)

MOVED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (blocks, ("campaign_id",)),
    (blocked_accounts, ()),
    (referral_opens, ("link_id",)),
    (own_quiet_hours, ()),
    (never_reminded, ()),
    (decision_reminders, ("decision_id",)),
    (steps_taken, ("campaign_id", "step")),
    (reminders, ("campaign_id", "kind")),
    (personal_letters, ("campaign_id", "kind")),
    (broadcast_taps, ("broadcast_id", "button")),
    (inbox_conversations, ("campaign_id",)),
    (pending_addresses, ()),
)
"""Tables, and what makes two people's rows the same."""


async def move(db: Connection, both: Sides) -> None:
    """Let the survivor have what the loser has; what both have is left with the loser."""
    await _settle_reminders(db, both)
    await _settle_steps(db, both)
    await _move_messages(db, both)
    await _stop_from_the_later(db, both)
    for table, key in MOVED:
        await _move(db, table, key, both)
    past = select(broadcasts.c.id).where(
        broadcasts.c.status.in_(("done", "cancelled"))
        | broadcasts.c.walked
        | (broadcasts.c.cursor >= both.survivor)
    )
    known = deliveries.c.broadcast_id.in_(past)  # others will still come to the survivor by id
    in_hand = deliveries.c.status == "claimed"  # its outcome is recorded where it was claimed
    await _move(db, deliveries, ("broadcast_id",), both, known, ~in_hand)


async def twofold_conversations(db: Connection, both: Sides) -> list[int]:
    """The loser's conversations with campaigns that the survivor has written to as well."""
    mine = select(inbox_conversations.c.campaign_id).where(
        inbox_conversations.c.supporter_id == both.survivor
    )
    return list(
        await db.scalars(
            select(inbox_conversations.c.id).where(
                inbox_conversations.c.supporter_id == both.loser,
                inbox_conversations.c.campaign_id.in_(mine),
            )
        )
    )


async def _move(
    db: Connection, table: Table, key: tuple[str, ...], both: Sides, *wanted: ColumnElement[bool]
) -> None:
    other = table.alias()
    has_it = (
        select(other.c.supporter_id)
        .where(other.c.supporter_id == both.survivor, _same(table, other, key))
        .exists()
    )
    await db.execute(
        update(table)
        .where(table.c.supporter_id == both.loser, ~has_it, *wanted)
        .values(supporter_id=both.survivor)
    )


def _same(table: Table, other: FromClause, key: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(
        True,
        *(
            or_(
                other.c[name] == table.c[name],
                and_(other.c[name].is_(None), table.c[name].is_(None)),
            )
            for name in key
        ),
    )


async def _stop_from_the_later(db: Connection, both: Sides) -> None:
    """Who wanted nothing any more in both places has said so last in one of them."""
    theirs = select(never_reminded.c.since).where(never_reminded.c.supporter_id == both.loser)
    await db.execute(
        update(never_reminded)
        .where(
            never_reminded.c.supporter_id == both.survivor,
            never_reminded.c.since < theirs.scalar_subquery(),
        )
        .values(since=theirs.scalar_subquery())
    )


async def _settle_reminders(db: Connection, both: Sides) -> None:
    """One that has been sent to either, or was not wanted by either, is sent to neither."""
    rows = await db.execute(
        select(reminders).where(
            reminders.c.supporter_id == both.loser, reminders.c.outcome.in_(("sent", "declined"))
        )
    )
    for row in rows.all():
        settled = {"due_at": None, "outcome": row.outcome, "at": row.at}
        weaker = reminders.c.outcome.is_(None) | (reminders.c.outcome == "dropped")
        if row.outcome == "declined":
            weaker |= reminders.c.outcome == "sent"
        await db.execute(
            update(reminders)
            .where(
                reminders.c.supporter_id == both.survivor,
                reminders.c.campaign_id == row.campaign_id,
                reminders.c.kind == row.kind,
                weaker,
            )
            .values(settled)
        )


async def _settle_steps(db: Connection, both: Sides) -> None:
    """What either has done is done, and done once."""
    rows = await db.execute(
        select(steps_taken)
        .where(steps_taken.c.supporter_id == both.loser, steps_taken.c.outcome == "done")
        .order_by(steps_taken.c.campaign_id, steps_taken.c.step)
    )
    for row in rows.all():
        taken = await next_steps.taken(db, row.campaign_id, both.survivor)
        if row.step in taken:
            await next_steps.forget(db, row.campaign_id, both.loser, row.step)
            await next_steps.record(
                db, row.campaign_id, both.survivor, row.step, "done", now=row.at
            )


async def _move_messages(db: Connection, both: Sides) -> None:
    """Messages to a campaign become one conversation, which waits if either did."""
    rows = await db.execute(
        select(inbox_conversations)
        .where(inbox_conversations.c.supporter_id.in_((both.loser, both.survivor)))
        .order_by(inbox_conversations.c.id)
        .with_for_update()
    )
    found = {(row.supporter_id, row.campaign_id): row for row in rows}
    for (whose, campaign_id), theirs in found.items():
        mine = found.get((both.survivor, campaign_id))
        if whose == both.survivor or mine is None:
            continue
        await db.execute(
            update(inbox_messages)
            .where(inbox_messages.c.conversation_id == theirs.id)
            .values(conversation_id=mine.id)
        )
        waits = [one.waiting_since for one in (theirs, mine) if one.status == "waiting"]
        values = {"changed_at": max(theirs.changed_at, mine.changed_at)}
        if waits:
            values |= {"status": "waiting", "waiting_since": min(waits)}
        await db.execute(
            update(inbox_conversations).where(inbox_conversations.c.id == mine.id).values(**values)
        )
    await db.execute(
        update(inbox_messages)
        .where(inbox_messages.c.supporter_id == both.loser)
        .values(supporter_id=both.survivor)
    )
