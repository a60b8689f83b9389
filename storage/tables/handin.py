"""Tables of the hand-in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    text,
)

from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

handins = Table(
    "handins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("closes_signing", Boolean, nullable=False),
    Column("total", BigInteger),
    Column("live", BigInteger),
    Column("offline", BigInteger),
    Column("frozen_at", UtcDateTime),
    Column("thanked_broadcast_id", Id, ForeignKey("broadcasts.id")),
    CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
    CheckConstraint("(state = 'held') = (frozen_at IS NOT NULL)", name="frozen"),
    Index(
        "handins_planned_idx",  # one at a time
        "campaign_id",
        unique=True,
        sqlite_where=text("state = 'planned'"),
        postgresql_where=text("state = 'planned'"),
    ),
    Index(None, "campaign_id", "id"),
)

handin_dates = Table(
    "handin_dates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("handin_id", Id, ForeignKey("handins.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Id, ForeignKey("supporters.id")),
)

handin_packs = Table(
    "handin_packs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("profile", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("salt_key", LargeBinary, nullable=False),
    Column("requested_by", Id, ForeignKey("supporters.id")),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("progress", Json),
    Column("signatures", BigInteger),
    Column("total", BigInteger),
    Column("root", String),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("seal", String),
    CheckConstraint("profile IN ('full', 'redacted')", name="profile"),
    CheckConstraint("status IN ('queued', 'making', 'done', 'failed')", name="status"),
)

handin_blocks = Table(
    "handin_blocks",
    metadata,
    Column("pack_id", Id, ForeignKey("handin_packs.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("least", BigInteger, nullable=False),
    Column("most", BigInteger, nullable=False),
    Column("receipts", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
)
