"""A promise: to claim the next of very many deliveries, nothing of the others is looked through."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from storage import delivery_claims
from storage.database import Database

NOW = datetime(2009, 11, 26, 9, 30, tzinfo=UTC)
GIVEN = {"which": 1, "campaign": 1, "kind": "news", "now": NOW, "limit": 8, "after": 0}


@pytest.mark.parametrize("claim", [delivery_claims._NEXT, delivery_claims._NEXT_BY_EMAIL])
async def test_whether_somebody_has_it_as_another_is_found_by_their_number(
    claim: Select[Any], database: Database
) -> None:
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables")
    asked = claim.params(**GIVEN, today=NOW).compile(
        dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}
    )
    statement = str(asked).replace("?", "1")
    async with database.reading() as db:
        plan = await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        steps = [row.detail for row in plan]
    (other,) = [step for step in steps if "as_another" in step]
    assert "broadcast_id=? AND supporter_id=?" in other
    assert any("joined_people USING INDEX" in step for step in steps)
