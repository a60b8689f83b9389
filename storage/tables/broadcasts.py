"""Updates on their way to people."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    false,
    text,
)

from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("author_id", Id, ForeignKey("supporters.id")),
    Column("approved_by", Id, ForeignKey("supporters.id")),
    Column(
        "approved_digest", String
    ),  # of all that was agreed to; see campaign/broadcasts/agreement
    Column("content", Json, nullable=False),
    Column("audience", Json, nullable=False),
    Column("options", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("paused_why", String),
    Column("cursor", BigInteger, nullable=False),
    Column("walked", Boolean, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("unreachable", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("left_out", BigInteger, nullable=False),
    Column("act", String, nullable=False, server_default="send"),
    Column("follows", BigInteger),  # the broadcast that it corrects or retracts
    Column("pause_told", Boolean, nullable=False, server_default=false()),
    Column("sender", BigInteger, nullable=False, server_default="0"),
    CheckConstraint(
        "status IN ('draft', 'awaiting_approval', 'scheduled', 'sending', 'paused', 'done', "
        "'cancelled')",
        name="status",
    ),
    CheckConstraint(
        "kind IN ('news', 'milestone', 'endorsement', 'media', 'event', 'decision', 'thanks', "
        "'campaign')",
        name="kind",
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("status", String, nullable=False),
    Column("message_ids", Json),
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("reason", String),
    Column("at", UtcDateTime),
    Column("channel", String),  # None: Telegram
    CheckConstraint(
        "status IN ('pending', 'claimed', 'sent', 'unreachable', 'failed', 'unknown', 'left_out')",
        name="status",
    ),
    *(
        Index(
            f"deliveries_{status}_idx",
            "broadcast_id",
            "supporter_id",
            sqlite_where=text(f"status = '{status}'"),
            postgresql_where=text(f"status = '{status}'"),
        )
        for status in ("pending", "claimed")
    ),
    Index(
        "deliveries_email_idx",
        "broadcast_id",
        "supporter_id",
        sqlite_where=text("channel = 'email'"),
        postgresql_where=text("channel = 'email'"),
    ),
    Index(None, "supporter_id", "at"),
)

broadcast_taps = Table(
    "broadcast_taps",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("button", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "supporter_id"),
)

broadcast_editors = Table(
    "broadcast_editors",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "supporter_id"),
)

unagreed_readers = Table(
    "unagreed_readers",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("words", String, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Index(None, "supporter_id"),
)

agreement_requests = Table(
    "agreement_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), nullable=False),
    Column("telegram_id", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Index(
        "agreement_requests_open_idx",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

milestones = Table(
    "milestones",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("reached_at", UtcDateTime, nullable=False),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Column("told_at", UtcDateTime),
    Column("told", Boolean, nullable=False, server_default=false()),
)

digests = Table(
    "digests",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
)

broadcast_tap_figures = Table(
    "broadcast_tap_figures",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("button", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
