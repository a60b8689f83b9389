"""INSERT … ON CONFLICT DO NOTHING, which both engines have under the same name."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_if_absent(db: AsyncConnection, table: Table, *returned: ColumnElement[Any]) -> Any:
    """An insert that a row already there turns into nothing: the constraint decides.

    Args:
        returned: columns that the row is given with, if it is new.
    """
    return insert_if_absent_on(db.dialect.name, table, *returned)


@cache  # what is built once is also compiled and looked up once
def insert_if_absent_on(engine: str, table: Table, *returned: ColumnElement[Any]) -> Any:
    """The same on an engine of this name, for statements that are built once."""
    dialect = postgresql if engine == "postgresql" else sqlite
    insert = dialect.insert(table).on_conflict_do_nothing()
    return insert.returning(*returned) if returned else insert
