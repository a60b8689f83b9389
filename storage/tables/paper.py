"""Signatures on paper."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table

from storage.encryption.columns import Keyed, Sealed, SealedJson
from storage.tables.metadata import metadata
from storage.types import Id, Json, Moment, Words

offline_signatures = Table(
    "offline_signatures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("count", Integer, nullable=False),
    Column("note", Keyed("offline_signatures.note"), nullable=False),
    Column("recorded_by", Id, ForeignKey("supporters.id")),
    Column("recorded_at", Moment, nullable=False),
    Column("collected_on", Date),
    Column("photo", Words),
    Column("undoes_id", Id, unique=True),
)

offline_imports = Table(
    "offline_imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("requested_by", Id, ForeignKey("supporters.id")),
    Column("requested_at", Moment, nullable=False),
    Column("status", Words, nullable=False, index=True),
    Column("file_id", Words),
    Column("file_name", Sealed("offline_imports.file_name"), nullable=False),
    Column("sha256", Words),
    Column("columns", Json),
    Column("report", SealedJson("offline_imports.report")),
    Column("entry_id", Id, ForeignKey("offline_signatures.id")),
    Column("attempts", Integer, nullable=False, server_default="0"),
    CheckConstraint(
        "status IN ('queued', 'looked', 'failed', 'counted', 'undone', 'thrown')", name="status"
    ),
    Index("offline_imports_file_idx", "campaign_id", "sha256"),
)
