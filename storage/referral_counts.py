"""Kept figures of referrals: of a campaign, of its weeks, and of each link's generations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Table, Update, bindparam, case, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Connection
from storage.referrals import CHAIN
from storage.tables import (
    campaign_referrals,
    campaign_totals,
    referral_generations,
    referral_weeks,
)


@dataclass(frozen=True, slots=True)
class Totals:
    """What links have brought a campaign; see docs/asking-friends.md for each figure."""

    opens: int
    starts: int
    signatures: int
    shared: int
    friends: int
    signers: int


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """Those who signed in a week, and how many live signatures they have brought since."""

    monday: date
    signers: int
    friends: int


_FIGURES = ("opens", "starts", "signatures", "shared", "friends")
_TOTALS = (
    select(
        *(campaign_referrals.c[name] for name in _FIGURES),
        campaign_totals.c.live,
    )
    .select_from(
        campaign_totals.outerjoin(
            campaign_referrals,
            campaign_referrals.c.campaign_id == campaign_totals.c.campaign_id,
        )
    )
    .where(campaign_totals.c.campaign_id == bindparam("campaign"))
)


async def count(db: Connection, campaign_id: int, **more: int) -> None:
    """Add to a campaign's figures. Comes after the links', so that nobody waits crosswise."""
    given = {name: more.get(name, 0) for name in _FIGURES}
    await _add(db, campaign_referrals, {"campaign_id": campaign_id}, given)


async def count_week(db: Connection, campaign_id: int, monday: date, **more: int) -> None:
    """Add to the figures of those who signed in this week.

    A week that has nobody left stays at none: a campaign whose time zone has been changed may take
    a signature out of another week than it had been counted in.
    """
    key = {"campaign_id": campaign_id, "week": monday}
    given = {name: more.get(name, 0) for name in ("signers", "friends")}
    await _add(db, referral_weeks, key, given)


async def count_generations(db: Connection, campaign_id: int, link_id: int, more: int) -> None:
    """Add to the first generation of a personal link, to the second of the link by which its owner
    came, and so on up the chain: one statement, however long it is."""
    given = {"campaign": campaign_id, "link": link_id, "more_people": more}
    await db.execute(_generations(db.dialect.name), {**given, "first": max(more, 0)})


async def add_to_generation(db: Connection, link_id: int, generation: int, more: int) -> None:
    """Add to one generation of one link."""
    await _add(
        db, referral_generations, {"link_id": link_id, "generation": generation}, {"people": more}
    )


async def totals(db: Connection, campaign_id: int) -> Totals:
    """The campaign's figures."""
    row = (await db.execute(_TOTALS, {"campaign": campaign_id})).one_or_none()
    return Totals(*(figure or 0 for figure in row)) if row else Totals(0, 0, 0, 0, 0, 0)


async def generations(db: Connection, link_id: int) -> tuple[int, ...]:
    """How many signed because of the link: directly, because of those, and so on to the last."""
    rows = await db.execute(
        select(referral_generations.c.generation, referral_generations.c.people)
        .where(referral_generations.c.link_id == link_id, referral_generations.c.people > 0)
        .order_by(referral_generations.c.generation)
    )
    people = {row.generation: row.people for row in rows}
    return tuple(people.get(place, 0) for place in range(1, max(people, default=0) + 1))


async def weeks(db: Connection, campaign_id: int, limit: int) -> list[WeekFigures]:
    """The latest weeks in which somebody signed, newest first."""
    rows = await db.execute(
        select(referral_weeks.c.week, referral_weeks.c.signers, referral_weeks.c.friends)
        .where(referral_weeks.c.campaign_id == campaign_id)
        .order_by(referral_weeks.c.week.desc())
        .limit(limit)
    )
    return [WeekFigures(*row) for row in rows]


async def _add(
    db: Connection, table: Table, key: Mapping[str, object], more: Mapping[str, int]
) -> None:
    """Add to a row's figures; one that is not there is made."""
    add, make = _statements(table, db.dialect.name)
    whose = {f"whose_{name}": value for name, value in key.items()}
    given = {f"more_{name}": number for name, number in more.items()}
    done = await db.execute(add, {**whose, **given})
    if not done.rowcount:
        first = {name: max(number, 0) for name, number in more.items()}
        await db.execute(make, {**key, **first, **given})


@cache
def _generations(engine: str) -> Any:
    into, key = referral_generations, ["link_id", "generation"]
    sum_ = into.c.people + bindparam("more_people")
    # SQLite needs the WHERE (https://www.sqlite.org/lang_upsert.html, "parsing ambiguity").
    up = select(CHAIN.c.id, CHAIN.c.generation, bindparam("first")).where(true())
    return (
        _insert(engine, into)
        .from_select([*key, "people"], up)
        .on_conflict_do_update(index_elements=key, set_={"people": case((sum_ < 0, 0), else_=sum_)})
    )


@cache
def _statements(table: Table, engine: str) -> tuple[Update, Any]:
    figures = [column for column in table.c if not column.primary_key]
    more: dict[str, Any] = {c.name: c + bindparam(f"more_{c.name}") for c in figures}
    sums: dict[str, Any] = {name: case((sum_ < 0, 0), else_=sum_) for name, sum_ in more.items()}
    whose = [column == bindparam(f"whose_{column.name}") for column in table.primary_key]
    make = _insert(engine, table).on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key], set_=sums
    )
    return update(table).where(*whose).values(sums), make


def _insert(engine: str, table: Table) -> Any:
    return (postgresql if engine == "postgresql" else sqlite).insert(table)
