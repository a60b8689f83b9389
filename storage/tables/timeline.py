"""What happens to a petition, and when."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table

from storage.tables.metadata import metadata
from storage.types import Id, Json, Moment, Words

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("texts", Json, nullable=False),
    Column("link", Words),
    Column("starts_at", Moment),
    Column("ends_at", Moment),
    Column("broadcast_id", Id, ForeignKey("broadcasts.id")),
    Column("created_by", Id, ForeignKey("supporters.id")),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("removed_at", Moment),
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
    Column("state", Words, nullable=False),
    Column("outcome", Words),
    Column("decided_on", Date),
    Column("texts", Json, nullable=False),
    Column("remind_at", Moment, index=True),
    Column("ask_at", Moment, index=True),
    Column("asked_at", Moment),
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
    Column("set_at", Moment, nullable=False),
    Column("set_by", Id, ForeignKey("supporters.id")),
)

decision_reminders = Table(
    "decision_reminders",
    metadata,
    Column("decision_id", Id, ForeignKey("decisions.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("chosen_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "supporter_id"),
)
