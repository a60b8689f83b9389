"""Tables of the timeline."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table

from storage.tables.metadata import metadata
from storage.types import Id, Json, String, UtcDateTime

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("texts", Json, nullable=False),
    Column("link", String),
    Column("starts_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Column("created_by", Id, ForeignKey("supporters.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "kind IN ('endorsement', 'media', 'event', 'handin', 'decision', 'news')", name="kind"
    ),
    Index(None, "campaign_id", "id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False, index=True),
    Column("event_id", Id, ForeignKey("events.id"), nullable=False, unique=True),
    Column("expected_from", Date, nullable=False),
    Column("expected_to", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("outcome", String),
    Column("decided_on", Date),
    Column("texts", Json, nullable=False),
    Column("remind_at", UtcDateTime, index=True),
    Column("ask_at", UtcDateTime, index=True),
    Column("asked_at", UtcDateTime),
    CheckConstraint("state IN ('expected', 'asked', 'made', 'dropped')", name="state"),
    CheckConstraint("outcome IN ('won', 'partly', 'lost', 'postponed')", name="outcome"),
    CheckConstraint("expected_from <= expected_to", name="expected"),
)

decision_dates = Table(
    "decision_dates",
    metadata,
    Column("id", Id, primary_key=True),
    Column("decision_id", Id, ForeignKey("decisions.id"), nullable=False, index=True),
    Column("expected_from", Date, nullable=False),
    Column("expected_to", Date, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Id, ForeignKey("supporters.id")),
)

decision_reminders = Table(
    "decision_reminders",
    metadata,
    Column("decision_id", Id, ForeignKey("decisions.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "supporter_id"),
)
