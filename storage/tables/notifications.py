"""The outbox: messages that the bot sends on its own initiative."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, text

from storage.encryption.columns import EncryptedJson
from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

notifications = Table(
    "notifications",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("template", String, nullable=False),
    Column("subject_id", Id),
    Column("variables", EncryptedJson("notifications.variables"), nullable=False),
    Column("buttons", Json, nullable=False),
    Column("least_role", String),
    Column("dedupe_key", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("done_at", UtcDateTime),
    Column("failed_reason", String),
    Index("notifications_dedupe_idx", "telegram_id", "dedupe_key", unique=True),
    Index(
        "notifications_open_idx",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)
