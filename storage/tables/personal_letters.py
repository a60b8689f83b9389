"""What single people get by email, until it has gone."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

personal_letters = Table(
    "personal_letters",
    metadata,
    Column("id", Id, primary_key=True),
    # No foreign key: it would lock the person after a row of theirs, against the lock order.
    Column("supporter_id", Id, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("figures", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_at", UtcDateTime),
    Index(None, "supporter_id"),
    Index(None, "not_before"),
)
