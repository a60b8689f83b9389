"""Where people can be found, what browsers show, tokens to go on elsewhere, and who has joined."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from storage.encryption.columns import DeterministicEncrypted, Encrypted, EncryptedJson
from storage.tables.metadata import metadata
from storage.types import Id, String, UtcDateTime

addresses = Table(
    "addresses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("value", DeterministicEncrypted("addresses.value"), nullable=False),
    Column("verified_at", UtcDateTime),
    Column("reachable", Boolean, nullable=False),
    Column("last_heard_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "value"),
    Index(None, "supporter_id"),
    Index(None, "channel", "last_heard_at"),
    sqlite_autoincrement=True,  # old emails name an address by its number
)

pending_addresses = Table(
    "pending_addresses",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("email", Encrypted("pending_addresses.email"), nullable=False),
    Column("campaign_id", Id),
    Column("asked_in", String, nullable=False),
    Column("since", UtcDateTime, nullable=False, index=True),
    Column("wants_code", Boolean, nullable=False),
    Column("not_before", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("code_hash", String),
    Column("code_until", UtcDateTime),
    Column("tries", Integer, nullable=False),
)

web_chats = Table(
    "web_chats",
    metadata,
    Column("address_id", Id, ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("bubbles", EncryptedJson("web_chats.bubbles"), nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

join_tokens = Table(
    "join_tokens",
    metadata,
    Column("hash", String, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("wish", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "supporter_id"),
    Index(None, "expires_at"),
)

joined_people = Table(
    "joined_people",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("now_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("tombstone", String),  # of the account that was given up, for when they are erased
    Column("at", UtcDateTime, nullable=False),
    Index(None, "now_id"),
)
