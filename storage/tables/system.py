"""What the program remembers of itself."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, Table

from storage.tables.metadata import metadata
from storage.types import Json, Moment, Words

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

sealing = Table(
    "sealing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key_id", Words),  # the key of everything that is sealed; NULL: nothing is
    Column("changing", Boolean, nullable=False),  # to the key of this number, or to none
    Column("next_key_id", Words),
    Column("at_table", Words, nullable=False),
    Column("at_row", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="id"),
)

processes = Table(
    "processes",
    metadata,
    Column("id", Words, primary_key=True),
    Column("role", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("schema", Words, nullable=False),
    Column("connections", Integer, nullable=False),
    Column("duties", Json, nullable=False),
    Column("since", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
