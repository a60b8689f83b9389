"""Signatures held back by staff, and what gave them the idea."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Table, true

from storage.encryption.columns import DeterministicEncrypted, Encrypted, EncryptedJson
from storage.tables.metadata import metadata
from storage.types import Id, String, UtcDateTime

invalidations = Table(
    "invalidations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("reason", Encrypted("invalidations.reason"), nullable=False),
    Column("rule", EncryptedJson("invalidations.rule"), nullable=False),
    Column("made_by", BigInteger),
    Column("made_at", UtcDateTime, nullable=False),
    Column("undone_by", BigInteger),
    Column("undone_at", UtcDateTime),
    Column("held", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False, server_default=true()),
    CheckConstraint("state IN ('draft', 'applying', 'applied', 'undoing', 'undone')", name="state"),
    CheckConstraint("held >= 0", name="held"),
)

burst_looks = Table(
    "burst_looks",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("until", UtcDateTime, nullable=False),
    Column("muted_until", UtcDateTime),
)

burst_peaks = Table(
    "burst_peaks",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("kind", String, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("peak", BigInteger, nullable=False),
)

bursts = Table(
    "bursts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("key", DeterministicEncrypted("bursts.key"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("usual", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False),
    Index(None, "campaign_id", "kind", "key"),
)
