"""INSERT … ON CONFLICT DO NOTHING, which both engines have under the same name."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_if_absent(db: AsyncConnection, table: Table) -> Any:
    """An insert that a row already there turns into nothing: the constraint decides."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
