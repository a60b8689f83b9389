"""Tables of the program's own state."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, Table

from storage.tables.metadata import metadata
from storage.types import Json, String, UtcDateTime

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("name", String, primary_key=True),
    Column("figure", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
)

sealing = Table(
    "sealing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key_id", String),  # the key of everything that is sealed; NULL: nothing is
    Column("changing", Boolean, nullable=False),  # to the key of this number, or to none
    Column("next_key_id", String),
    Column("at_table", String, nullable=False),
    Column("at_row", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="id"),
)

processes = Table(
    "processes",
    metadata,
    Column("id", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("version", String, nullable=False),
    Column("schema", String, nullable=False),
    Column("connections", Integer, nullable=False),
    Column("duties", Json, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
