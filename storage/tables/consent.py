"""What people agreed to, and what they want to hear."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table

from storage.tables.metadata import metadata
from storage.types import Id, String, UtcDateTime

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supporter_id", Id, ForeignKey("supporters.id"), nullable=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id")),
    Column("purpose", String, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("wording_id", Id, ForeignKey("wordings.id")),
    Column("method", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("consents_current_idx", "supporter_id", "campaign_id", "purpose", "id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Index(None, "supporter_id"),
)

email_subscriptions = Table(
    "email_subscriptions",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
    Index(None, "supporter_id"),
)
"""Who agreed to hear of a campaign by email; the address is in `addresses`."""

other_campaigns = Table(
    "other_campaigns",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, nullable=False),
)
"""Who agreed, under which campaign, to hear of others; walked in the order of people."""

muted_kinds = Table(
    "muted_kinds",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("kind", String, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Index(None, "supporter_id"),
)

own_quiet_hours = Table(
    "own_quiet_hours",
    metadata,
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("hours", String, nullable=False),
)
