"""Who of the staff wants a campaign's numbers each morning, and for which day they got them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from storage.database import Connection
from storage.tables import morning_summaries as table
from storage.tables import supporters
from storage.upsert import insert_if_absent

NO_STEP_BACK = timedelta(days=2)
"""A day further ahead was kept by a clock that was wrong: it stands in nobody's way."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One person's summary of one campaign.

    Attributes:
        day: the last one dealt with, on the campaign's calendar.
    """

    campaign_id: int
    telegram_id: int
    day: date
    language: str | None
    telegram_language: str | None
    reachable: bool


async def want(
    db: Connection, campaign_id: int, telegram_id: int, *, after: date, now: datetime
) -> None:
    """Have a summary each morning after this day; who has it already keeps it. `now` is UTC."""
    await db.execute(
        insert_if_absent(db, table),
        {"campaign_id": campaign_id, "telegram_id": telegram_id, "day": after, "since": now},
    )


async def want_no_more(db: Connection, campaign_id: int, telegram_id: int) -> None:
    """Have none any more."""
    await db.execute(delete(table).where(*_of(campaign_id, telegram_id)))


async def is_wanted(db: Connection, campaign_id: int, telegram_id: int) -> bool:
    """Whether the person has one each morning."""
    found = await db.execute(select(table.c.day).where(*_of(campaign_id, telegram_id)))
    return found.first() is not None


async def open_ones(db: Connection, campaign_id: int, day: date) -> list[Wanted]:
    """Those who have not had this day's."""
    rows = await db.execute(
        select(
            *(table.c[name] for name in ("campaign_id", "telegram_id", "day")),
            *(supporters.c[name] for name in ("language", "telegram_language", "reachable")),
        )
        .join(supporters, supporters.c.telegram_id == table.c.telegram_id)
        .where(table.c.campaign_id == campaign_id, _is_open(day))
        .order_by(table.c.telegram_id)
    )
    return [Wanted(*row) for row in rows]


async def claim(db: Connection, one: Wanted, day: date) -> bool:
    """Take this day's in hand; False if it has been, or is wanted no more."""
    done = await db.execute(
        update(table).where(*_of(one.campaign_id, one.telegram_id), _is_open(day)).values(day=day)
    )
    return bool(done.rowcount)


def _of(campaign_id: int, telegram_id: int) -> tuple[ColumnElement[bool], ...]:
    return (table.c.campaign_id == campaign_id, table.c.telegram_id == telegram_id)


def _is_open(day: date) -> ColumnElement[bool]:
    return (table.c.day < day) | (table.c.day > day + NO_STEP_BACK)
