"""Signatures, and what belongs to one."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    text,
)

from storage.encryption.columns import DeterministicEncrypted, Encrypted
from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

MAILBOX_KEY_AMISS = "(email IS NULL) <> (mailbox_key IS NULL)"
"""Of which signatures the version before has not kept the key, or kept it too long."""

signatures = Table(
    "signatures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False, index=True),
    Column("number", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("full_name", Encrypted("signatures.full_name")),
    Column("postcode", String),
    Column("email", Encrypted("signatures.email")),
    Column("phone", Encrypted("signatures.phone")),
    Column("country", String),
    Column("comment", Encrypted("signatures.comment")),
    Column("name_key", DeterministicEncrypted("signatures.name_key")),
    Column("email_key", DeterministicEncrypted("signatures.email_key")),
    Column("petition_wording_id", Id, ForeignKey("wordings.id"), nullable=False),
    Column("language", String, nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    Column("erased_at", UtcDateTime),
    Column("invalidation_id", Id, ForeignKey("invalidations.id")),
    Column("phone_key", String),
    Column("channel", String, nullable=False, server_default="telegram"),
    Column("proof", String),
    Column("mailbox_key", DeterministicEncrypted("signatures.mailbox_key")),
    UniqueConstraint("campaign_id", "supporter_id"),
    UniqueConstraint("campaign_id", "number"),
    CheckConstraint("status IN ('live', 'withdrawn', 'invalidated', 'pending')", name="status"),
    Index("signatures_lookalike_name_idx", "campaign_id", "name_key", "postcode"),
    Index("signatures_lookalike_email_idx", "campaign_id", "email_key"),
    Index(
        "signatures_lookalike_mailbox_idx",
        "campaign_id",
        "mailbox_key",
        sqlite_where=text("mailbox_key IS NOT NULL"),
        postgresql_where=text("mailbox_key IS NOT NULL"),
    ),
    Index(
        "signatures_mailbox_key_amiss_idx",
        "id",
        sqlite_where=text(MAILBOX_KEY_AMISS),
        postgresql_where=text(MAILBOX_KEY_AMISS),
    ),
    Index(
        "signatures_commented_idx",
        "campaign_id",
        "id",
        sqlite_where=text("comment IS NOT NULL"),
        postgresql_where=text("comment IS NOT NULL"),
    ),
    Index(
        "signatures_lookalike_phone_idx",
        "campaign_id",
        "phone_key",
        sqlite_where=text("phone_key IS NOT NULL"),
        postgresql_where=text("phone_key IS NOT NULL"),
    ),
    Index(None, "campaign_id", "signed_at"),
    Index(
        "signatures_held_idx",
        "invalidation_id",
        "id",
        sqlite_where=text("invalidation_id IS NOT NULL"),
        postgresql_where=text("invalidation_id IS NOT NULL"),
    ),
)

comments = Table(
    "comments",
    metadata,
    Column("signature_id", Id, ForeignKey("signatures.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("words", Encrypted("comments.words"), nullable=False),
    Column("permission", String, nullable=False),
    Column("chosen", Boolean, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("shown_at", UtcDateTime),
    CheckConstraint("permission IN ('none', 'named', 'unnamed')", name="permission"),
    CheckConstraint("NOT chosen OR permission <> 'none'", name="chosen"),
    Index(None, "campaign_id", "signature_id"),
    Index(
        "comments_chosen_idx",
        "campaign_id",
        "signature_id",
        sqlite_where=text("chosen"),
        postgresql_where=text("chosen"),
    ),
    Index(
        "comments_shown_idx",
        "campaign_id",
        "signature_id",
        sqlite_where=text("shown_at IS NOT NULL"),
        postgresql_where=text("shown_at IS NOT NULL"),
    ),
)

signature_flags = Table(
    "signature_flags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("signature_id", Id, ForeignKey("signatures.id"), nullable=False),
    Column("other_signature_id", Id, ForeignKey("signatures.id"), nullable=False),
    Column("reason", String, nullable=False),
    Column("flagged_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", BigInteger),
    Column("decision", String),
    UniqueConstraint("signature_id", "other_signature_id", "reason"),
    Index(
        "signature_flags_open_idx",
        "id",
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
)

pending_signatures = Table(
    "pending_signatures",
    metadata,
    Column("signature_id", Id, ForeignKey("signatures.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False, index=True),
    Column("cause", String, nullable=False),
    Column("since", UtcDateTime, nullable=False, index=True),
    Column("choices", Json, nullable=False),
    Column("wants_code", Boolean, nullable=False),
    Column("not_before", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("code_hash", String),
    Column("code_until", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("asked_at", Json, nullable=False),
    Column("reminded", Boolean, nullable=False),
    CheckConstraint("cause IN ('email', 'phone')", name="cause"),
)
