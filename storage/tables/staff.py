"""Staff, and the log of what they did."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    text,
)

from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("role", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),
    Index("staff_member_idx", "telegram_id", "campaign_id", unique=True),
    Index(
        "staff_over_all_idx",  # a unique index takes every NULL for another campaign
        "telegram_id",
        unique=True,
        sqlite_where=text("campaign_id IS NULL"),
        postgresql_where=text("campaign_id IS NULL"),
    ),
)

staff_invitations = Table(
    "staff_invitations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_sha256", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("invited_by", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_by", BigInteger),
    Column("ended_at", UtcDateTime),
    CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),
)

staff_notices = Table(
    "staff_notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    Column("about", String, nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    CheckConstraint("about IN ('decision', 'handin')", name="about"),
    Index(
        "staff_notices_open_idx",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("work", String, primary_key=True),
    Column("subject_id", Id, primary_key=True, autoincrement=False),
    Column("why", String, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", BigInteger),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("details", Json, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("rows", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    Column("told_id", BigInteger, server_default="0", nullable=False),
    CheckConstraint("id = 1", name="id"),
)

morning_summaries = Table(
    "morning_summaries",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
