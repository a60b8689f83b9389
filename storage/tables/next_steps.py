"""Tables of the steps after signing, and of reminders."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, text

from storage.tables.metadata import metadata
from storage.types import Id, String, UtcDateTime

steps_taken = Table(
    "steps_taken",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("step", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("outcome IN ('done', 'skipped')", name="outcome"),
    Index(None, "supporter_id"),
)

step_figures = Table(
    "step_figures",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("step", String, primary_key=True),
    Column("done", BigInteger, nullable=False),
    CheckConstraint("done >= 0", name="done"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("kind", String, primary_key=True),
    Column("due_at", UtcDateTime),  # only while it waits
    Column("outcome", String),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("outcome IN ('sent', 'declined', 'dropped')", name="outcome"),
    CheckConstraint("(due_at IS NULL) <> (outcome IS NULL)", name="waits"),
    Index(
        "reminders_due_idx",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(None, "supporter_id"),
)

never_reminded = Table(
    "never_reminded",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
)
