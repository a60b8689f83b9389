"""Signatures on paper."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table

from storage.encryption.columns import DeterministicEncrypted, Encrypted, EncryptedJson
from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

offline_signatures = Table(
    "offline_signatures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("count", Integer, nullable=False),
    Column("note", DeterministicEncrypted("offline_signatures.note"), nullable=False),
    Column("recorded_by", Id, ForeignKey("supporters.id")),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("collected_on", Date),
    Column("photo", String),
    Column("undoes_id", Id, unique=True),
)

offline_imports = Table(
    "offline_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("requested_by", Id, ForeignKey("supporters.id")),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("file_id", String),
    Column("file_name", Encrypted("offline_imports.file_name"), nullable=False),
    Column("sha256", String),
    Column("columns", Json),
    Column("answers", Json),
    Column("report", EncryptedJson("offline_imports.report")),
    Column("entry_id", Id, ForeignKey("offline_signatures.id")),
    Column("attempts", Integer, nullable=False, server_default="0"),
    CheckConstraint(
        "status IN ('queued', 'looked', 'failed', 'counted', 'undone', 'thrown')", name="status"
    ),
    Index("offline_imports_file_idx", "campaign_id", "sha256"),
)
