"""What people write to a campaign, what it answers, and the staff's group that reads along; answers
by email that have not gone yet, and which emails have been taken in."""

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
)

from storage.encryption.columns import Encrypted, EncryptedJson
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
    Column("email", EncryptedJson("inbox_messages.email")),  # NULL: in a chat
    Index(None, "conversation_id", "id"),
    sqlite_autoincrement=True,  # what is told of a message, or sent, names it by its number
)

inbox_letters = Table(
    "inbox_letters",
    metadata,
    # No foreign key: who is erased takes their messages with them, and a letter finds none then.
    Column("message_id", Id, primary_key=True, autoincrement=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("claimed_at", UtcDateTime),
)

received_emails = Table(
    "received_emails",
    metadata,
    Column("hash", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
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
