"""Promises that finding who is due, and what has been said, takes as long whoever has signed."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import comments, digests, next_steps, reminders
from storage.database import Connection, Database
from storage.tables import metadata
from storage.types import UtcDateTime
from tests.storage.world import NOW, campaign, person

LOOKUPS: dict[str, Callable[[Connection], Awaitable[Any]]] = {
    "reminders that are due": lambda db: reminders.due(db, NOW, 100),
    "a page of comments": lambda db: comments.page(db, 1, before=10**17, limit=5),
    "comments chosen": lambda db: comments.chosen(db, 1),
    "steps taken": lambda db: next_steps.taken(db, 1, 1),
    "step figures": lambda db: next_steps.figures(db, 1),
    "the newest digest": lambda db: digests.latest(db, 1, NOW),
}
MANY = 20_000
PEOPLE = text(
    "INSERT INTO supporters (telegram_id, first_name, reachable, created_at) "
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) "
    "SELECT i, 'Ada', true, :now FROM n"
).bindparams(bindparam("now", type_=UtcDateTime))
DEALT_WITH = text(
    "INSERT INTO reminders (campaign_id, supporter_id, kind, outcome, at) "
    "SELECT :campaign, id, 'share', 'dropped', :now FROM supporters"
).bindparams(bindparam("now", type_=UtcDateTime))


async def asked(database: Database, lookup: str, explain: str) -> list[Any]:
    """The engine's plans for all that a lookup asks."""
    statements: list[tuple[str, Any]] = []
    writers: AsyncEngine = database._writers

    @event.listens_for(writers.sync_engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, given: Any, *___: object) -> None:
        statements.append((statement, given))

    async with database.transaction() as db:
        statements.clear()
        await LOOKUPS[lookup](db)
        noted = list(statements)
        return [
            row
            for statement, given in noted
            for row in await db.exec_driver_sql(f"{explain} {statement}", given)
        ]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lookup", LOOKUPS)
async def test_sqlite_searches_for_nothing(database: Database, lookup: str) -> None:
    async with database.transaction() as db:
        await campaign(db)
    plans = [row.detail for row in await asked(database, lookup, "EXPLAIN QUERY PLAN")]
    assert plans
    kept_or_indexed = r"SCAN (?!.*USING (COVERING )?INDEX|\(subquery|anon_|CONSTANT)"
    assert [plan for plan in plans if re.match(kept_or_indexed, plan)] == []


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
async def test_among_many_that_are_dealt_with_the_due_ones_are_found_by_their_index(
    database: Database,
) -> None:
    """20,000 signers with their reminders behind them, and two still to come."""
    async with database.transaction() as db:
        one = await campaign(db)
        await db.execute(PEOPLE, {"many": MANY, "now": NOW})
        await db.execute(DEALT_WITH, {"campaign": one.id, "now": NOW})
        for who in (MANY + 1, MANY + 2):
            late, _ = await person(db, who)
            await reminders.arm(db, one.id, late.id, "share", NOW + timedelta(minutes=who), now=NOW)
        if db.dialect.name == "postgresql":
            await db.execute(text("ANALYZE"))
    async with database.transaction() as db:
        found = await reminders.due(db, NOW + timedelta(minutes=MANY + 1), 100)
    assert [one.telegram_id for one in found] == [MANY + 1]
    explain = "EXPLAIN" if database.kind == "postgresql" else "EXPLAIN QUERY PLAN"
    plan = str(await asked(database, "reminders that are due", explain))
    assert "reminders_due_idx" in plan


def test_the_index_of_due_reminders_holds_only_those_that_wait() -> None:
    index = next(
        one for one in metadata.tables["reminders"].indexes if one.name == "reminders_due_idx"
    )
    assert str(index.dialect_options["sqlite"]["where"]) == "due_at IS NOT NULL"
    assert str(index.dialect_options["postgresql"]["where"]) == "due_at IS NOT NULL"
