"""Promises that a figure is looked up, not searched for, however many links there are."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import referral_counts, referral_links, referrals, share_texts
from storage.database import Connection, Database
from tests.storage.world import NOW, campaign

LOOKUPS: dict[str, Callable[[Connection], Awaitable[Any]]] = {
    "a link by its code": lambda db: referral_links.by_code(db, "r_0000000000"),
    "one's own link": lambda db: referral_links.of(db, 1, 1),
    "thanks that are due": lambda db: referral_links.due_for_thanks(db, NOW, NOW, 100),
    "leaders": lambda db: referral_links.leaders(db, 1, 10),
    "sources": lambda db: referral_links.sources(db, 1, 50),
    "generations": lambda db: referral_counts.generations(db, 1),
    "the funnel": lambda db: referral_counts.totals(db, 1),
    "weeks": lambda db: referral_counts.weeks(db, 1, 8),
    "how a person came": lambda db: referrals.of(db, 1, 1),
    "what has come of each share text": lambda db: share_texts.tallies(db, 1, NOW),
    "nobody to thank any more": lambda db: referral_links.thank_nobody(db, 1),
}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lookup", LOOKUPS)
async def test_nothing_is_searched_for(database: Database, lookup: str) -> None:
    asked: list[tuple[str, Any]] = []
    writers: AsyncEngine = database._writers

    @event.listens_for(writers.sync_engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, given: Any, *___: object) -> None:
        asked.append((statement, given))

    async with database.transaction() as db:
        await campaign(db)
        asked.clear()
        await LOOKUPS[lookup](db)
        statements = list(asked)
        plans = [
            row.detail
            for statement, given in statements
            for row in await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    assert plans
    assert [plan for plan in plans if re.match(r"SCAN (?!.*USING INDEX)", plan)] == []
    assert "USE TEMP B-TREE FOR ORDER BY" not in plans
