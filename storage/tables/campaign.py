"""Tables of campaigns: definition, wordings and kept figures."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    UniqueConstraint,
)

from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String, nullable=False, unique=True),
    Column("status", String, nullable=False),
    Column("goal", Integer, nullable=False),
    Column("definition", Json, nullable=False),
    Column("controllers_key", String),  # the same where the same organisations answer for the data
    Column("version", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("milestone_at", BigInteger, nullable=False, server_default="0"),
    Column("closes_at", UtcDateTime),
    CheckConstraint("status IN ('draft', 'open', 'closed')", name="status"),
    CheckConstraint("goal >= 1", name="goal"),
)

campaign_totals = Table(
    "campaign_totals",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("live", BigInteger, nullable=False),
    Column("offline", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("changed_at", UtcDateTime),
    CheckConstraint("live >= 0", name="live"),
    CheckConstraint("offline >= 0", name="offline"),
)

signature_areas = Table(
    "signature_areas",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("area", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("shown", BigInteger),  # to the world, as of the last night; NULL: hidden
    CheckConstraint("count >= 0", name="count"),
)

signature_channels = Table(
    "signature_channels",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("channel", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    CheckConstraint("count >= 0", name="count"),
)

closing_drafts = Table(
    "closing_drafts",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("closes_at", UtcDateTime, primary_key=True),
    Column("days_before", Integer, primary_key=True, autoincrement=False),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), nullable=False),
)

wordings = Table(
    "wordings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("language", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("text", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("campaign_id", "kind", "language", "version"),
)

retention = Table(
    "retention",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("closed_at", UtcDateTime, nullable=False),
    Column("announced_at", UtcDateTime),
    Column("postponed_to", UtcDateTime),
    Column("done_at", UtcDateTime),
)

signature_times = Table(
    "signature_times",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("quarter", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    CheckConstraint("count >= 0", name="count"),
)

form_figures = Table(
    "form_figures",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("step", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

share_ways = Table(
    "share_ways",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("way", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
