"""Several changes in one trip to PostgreSQL; none of them may read what another writes.

They are parts of one statement (https://www.postgresql.org/docs/current/queries-with.html), which
SQLite does not know; there they are made one after the other, which costs no trips.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from storage.database import Connection

Change = tuple[Any, Mapping[str, Any]]
"""A statement that is built once, and values for its parameters, which have names of their own."""


async def change_together(db: Connection, *changes: Change) -> None:
    """Make these changes, in any order."""
    statements = tuple(statement for statement, _ in changes)
    if db.dialect.name == "postgresql" and len(set(statements)) == len(statements) > 1:
        values = {name: value for _, given in changes for name, value in given.items()}
        await db.execute(_as_one(statements), values)
        return
    for statement, given in changes:
        await db.execute(statement, given)


@cache
def _as_one(statements: tuple[Any, ...]) -> Any:
    *others, last = statements
    parts = [statement.cte(f"part_{number}") for number, statement in enumerate(others)]
    return last.add_cte(*parts)
