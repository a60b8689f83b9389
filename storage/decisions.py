"""Decisions a campaign waits for: when they are expected, and what came of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, true, update

from storage.database import Connection
from storage.tables import decision_dates, decision_reminders
from storage.tables import decisions as table
from storage.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        expected_from, expected_to: the days on which it is expected, on the campaign's calendar.
        state: expected; asked while staff have been asked what came of it; made; dropped.
        outcome: won, partly or lost once it is made; postponed while no new day is known.
        texts: by language, what it means and what comes next; who decides is in its event.
        remind_at: when people are to be reminded (UTC); None if that is done with.
        ask_at: when staff are to be asked (UTC); None if they have been, or it is not needed.
    """

    id: int
    campaign_id: int
    event_id: int
    expected_from: date
    expected_to: date
    state: str
    outcome: str | None
    decided_on: date | None
    texts: dict[str, dict[str, str]]
    remind_at: datetime | None
    ask_at: datetime | None
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Expected:
    """Days on which a decision was expected, and since when (UTC)."""

    expected_from: date
    expected_to: date
    set_at: datetime


_COLUMNS = tuple(table.c[name] for name in Decision.__slots__)
OPEN = ("expected", "asked")


async def add(
    db: Connection, *, campaign_id: int, event_id: int, first: date, last: date, **more: Any
) -> Decision:
    """Keep a new one; its days are not in the history yet."""
    made = await db.execute(
        insert(table)
        .values(
            campaign_id=campaign_id,
            event_id=event_id,
            expected_from=first,
            expected_to=last,
            state="expected",
            texts={},
            **more,
        )
        .returning(*_COLUMNS)
    )
    return Decision(*made.one())


async def of(db: Connection, decision_id: int, *, lock: bool = False) -> Decision | None:
    """The decision of this number; locked until the transaction ends, if wanted."""
    query = select(*_COLUMNS).where(table.c.id == decision_id)
    row = (await db.execute(query.with_for_update() if lock else query)).one_or_none()
    return Decision(*row) if row else None


async def of_event(db: Connection, event_id: int) -> Decision | None:
    """The decision that an event stands for."""
    row = (await db.execute(select(*_COLUMNS).where(table.c.event_id == event_id))).one_or_none()
    return Decision(*row) if row else None


async def of_campaign(db: Connection, campaign_id: int) -> Mapping[int, Decision]:
    """A campaign's decisions by the number of their event."""
    rows = await db.execute(select(*_COLUMNS).where(table.c.campaign_id == campaign_id))
    return {row.event_id: Decision(*row) for row in rows}


async def change(
    db: Connection, decision_id: int, *, came_from: Collection[str] = OPEN, **values: Any
) -> bool:
    """Change a decision that is in one of these states; False if it is not."""
    done = await db.execute(
        update(table)
        .where(table.c.id == decision_id, table.c.state.in_(came_from))
        .values(**values)
    )
    return bool(done.rowcount)


async def note_days(
    db: Connection, decision_id: int, first: date, last: date, now: datetime, by: int | None
) -> None:
    """Add to the history when it is expected."""
    await db.execute(
        insert(decision_dates).values(
            decision_id=decision_id,
            expected_from=first,
            expected_to=last,
            set_at=now,
            set_by=by,
        )
    )


async def days(db: Connection, decision_ids: Sequence[int]) -> Mapping[int, list[Expected]]:
    """When each was ever expected, oldest first."""
    found: dict[int, list[Expected]] = {}
    if decision_ids:
        columns = [decision_dates.c[name] for name in Expected.__slots__]
        rows = await db.execute(
            select(decision_dates.c.decision_id, *columns)
            .where(decision_dates.c.decision_id.in_(decision_ids))
            .order_by(decision_dates.c.id)
        )
        for whose, *values in rows:
            found.setdefault(whose, []).append(Expected(*values))
    return found


async def next_to_remind(db: Connection, campaign_id: int, now: datetime) -> Decision | None:
    """The one that people can still ask to be reminded of, the soonest first; None if there is
    none. `now` is UTC."""
    row = (
        await db.execute(
            select(*_COLUMNS)
            .where(
                table.c.campaign_id == campaign_id,
                table.c.state == "expected",
                table.c.remind_at > now,
            )
            .order_by(table.c.remind_at, table.c.id)
            .limit(1)
        )
    ).one_or_none()
    return Decision(*row) if row else None


async def due(db: Connection, which: str, now: datetime) -> list[Decision]:
    """Those whose `remind_at` or `ask_at` (`which`) has come, locked; oldest first.

    Those that another process has just locked are left to it.
    """
    rows = await db.execute(
        select(*_COLUMNS)
        .where(table.c[which] <= now, table.c.state.in_(OPEN))
        .order_by(table.c.id)
        .with_for_update(skip_locked=True)
    )
    return [Decision(*row) for row in rows]


async def wish_reminder(
    db: Connection, decision_id: int, supporter_id: int, *, on: bool, now: datetime
) -> None:
    """Keep that a person wants to be reminded, or does not; the same twice changes nothing."""
    if on:
        await db.execute(
            insert_if_absent(db, decision_reminders).values(
                decision_id=decision_id, supporter_id=supporter_id, chosen_at=now
            )
        )
        return
    await db.execute(
        delete(decision_reminders).where(
            decision_reminders.c.decision_id == decision_id,
            decision_reminders.c.supporter_id == supporter_id,
        )
    )


async def reminded_of(db: Connection, supporter_id: int) -> set[int]:
    """Of which decisions the person wants to be reminded, and has not been yet."""
    rows = await db.scalars(
        select(decision_reminders.c.decision_id).where(
            decision_reminders.c.supporter_id == supporter_id,
            decision_reminders.c.used_at.is_(None),
        )
    )
    return set(rows)


async def use_wishes(db: Connection, decision_id: int, now: datetime) -> int:
    """The reminder goes out now: each wish was for one message. Gives how many there are."""
    done = await db.execute(
        update(decision_reminders)
        .where(
            decision_reminders.c.decision_id == decision_id, decision_reminders.c.used_at.is_(None)
        )
        .values(used_at=now)
    )
    return done.rowcount


async def forget_used_wishes(db: Connection, decision_id: int) -> None:
    """Those who have had their reminder do not wait for another one."""
    await db.execute(
        delete(decision_reminders).where(
            decision_reminders.c.decision_id == decision_id,
            decision_reminders.c.used_at.is_not(None),
        )
    )


async def take_back_wishes(
    db: Connection,
    supporter_id: int,
    campaign_id: int | None = None,
    *,
    until: datetime | None = None,
) -> None:
    """A person wants to be reminded of nothing more in a campaign; None for all campaigns.

    Args:
        until: only of what they wished for up to then (UTC).
    """
    theirs = decision_reminders.c.supporter_id == supporter_id
    if until is not None:
        theirs &= decision_reminders.c.chosen_at <= until
    of_it = select(table.c.id).where(table.c.campaign_id == campaign_id)
    within = decision_reminders.c.decision_id.in_(of_it) if campaign_id is not None else true()
    await db.execute(delete(decision_reminders).where(theirs, within))
