"""Who writes to the bot, and where they are in a conversation."""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table

from storage.sealed_columns import Sealed, SealedJson
from storage.tables.shape import metadata
from storage.types import Id, Json, Moment, Words

supporters = Table(
    "supporters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("first_name", Sealed("supporters.first_name"), nullable=False),
    Column("language", Words),
    Column("telegram_language", Words),
    Column("reachable", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

dialogs = Table(
    "dialogs",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id),
    Column("flow", Words, nullable=False),
    Column("step", Words, nullable=False),
    Column("answers", SealedJson("dialogs.answers"), nullable=False),
    Column("serial", Integer, nullable=False),
    Column("recent_updates", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

blocked_accounts = Table(
    "blocked_accounts",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("blocked_by", BigInteger),
    Column("blocked_at", Moment, nullable=False),
)

signing_allowances = Table(
    "signing_allowances",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("left", Float, nullable=False),
    Column("at", Moment, nullable=False),
)

data_requests = Table(
    "data_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "supporter_id", "at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("at", Moment, primary_key=True),
)
