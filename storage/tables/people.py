"""Tables of the people who write to the bot, and their dialogs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    text,
)

from storage.encryption.columns import Encrypted, EncryptedJson
from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

supporters = Table(
    "supporters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("first_name", Encrypted("supporters.first_name"), nullable=False),
    Column("language", String),
    Column("telegram_language", String),
    Column("reachable", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

dialogs = Table(
    "dialogs",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id),
    Column("flow", String, nullable=False),
    Column("step", String, nullable=False),
    Column("answers", EncryptedJson("dialogs.answers"), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("recent_updates", Json, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),  # NULL: in all of them
    Column("blocked_by", BigInteger),
    Column("blocked_at", UtcDateTime, nullable=False),
    Index("blocks_one_campaign_idx", "supporter_id", "campaign_id", unique=True),
    Index(
        "blocks_everywhere_idx",  # a unique index takes every NULL for another campaign
        "supporter_id",
        unique=True,
        sqlite_where=text("campaign_id IS NULL"),
        postgresql_where=text("campaign_id IS NULL"),
    ),
)

erased_signers = Table(
    "erased_signers",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("hash", String, primary_key=True),
    Column("signature_id", Id, ForeignKey("signatures.id"), index=True),
    Column("blocked", String),
    CheckConstraint("blocked IN ('campaign', 'everywhere')", name="blocked"),
)

signing_buckets = Table(
    "signing_buckets",
    metadata,
    Column("hash", String, primary_key=True),
    Column("left", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

recent_requests = Table(
    "recent_requests",
    metadata,
    Column("hash", String, primary_key=True),
    Column("asked_at", Json, nullable=False),
    Column("newest_at", UtcDateTime, nullable=False),
)

# Unused since 0025, and kept for processes of the version before.
blocked_accounts = Table(
    "blocked_accounts",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("blocked_by", BigInteger),
    Column("blocked_at", UtcDateTime, nullable=False),
)

# Unused since 0025, and kept for processes of the version before.
signing_allowances = Table(
    "signing_allowances",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("left", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

data_requests = Table(
    "data_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "supporter_id", "at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("hash", String, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
)
