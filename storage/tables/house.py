"""What the program remembers of itself."""

from sqlalchemy import BigInteger, Column, Table

from storage.tables.shape import metadata
from storage.types import Moment, Words

settings = Table(
    "settings",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("name", Words, primary_key=True),
    Column("figure", BigInteger, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told_at", Moment),
)
