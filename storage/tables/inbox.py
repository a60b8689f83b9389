"""What people write to a campaign, what it answers, and the staff's group that reads along."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
)

from storage.encryption.columns import Encrypted
from storage.tables.metadata import metadata
from storage.types import Id, String, UtcDateTime

inbox_conversations = Table(
    "inbox_conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False, index=True),
    Column("status", String, nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("topic_id", BigInteger),
    UniqueConstraint("campaign_id", "supporter_id"),
    CheckConstraint("status IN ('waiting', 'answered', 'closed')", name="status"),
    Index(None, "campaign_id", "status", "changed_at"),
)

inbox_messages = Table(
    "inbox_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("inbox_conversations.id"), nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False, index=True),
    Column("answered_by", BigInteger),  # NULL: the person has written it
    Column("words", Encrypted("inbox_messages.words"), nullable=False),
    Column("written_at", UtcDateTime, nullable=False, index=True),
    Column("undelivered", Boolean, nullable=False),
    Index(None, "conversation_id", "id"),
)

inbox_groups = Table(
    "inbox_groups",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("group_number", BigInteger, nullable=False, index=True),
    Column("has_topics", Boolean, nullable=False),
    Column("linked_by", BigInteger, nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
)
