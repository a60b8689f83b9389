"""Links of people and places, and who came by them."""

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
    UniqueConstraint,
    text,
)

from storage.tables.metadata import metadata
from storage.types import Id, String, UtcDateTime

referral_links = Table(
    "referral_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaigns.id"), nullable=False),
    Column("code", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), index=True),
    Column("name", String),
    Column("name_key", String),
    Column("created_by", Id, ForeignKey("supporters.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("opens", BigInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("signatures", BigInteger, nullable=False),
    Column("shared", BigInteger, nullable=False),
    Column("friends", BigInteger, nullable=False),
    Column("shared_at", UtcDateTime),
    Column("shows_name", Boolean, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("thanks", Boolean, nullable=False),
    Column("thanked", BigInteger, nullable=False),
    Column("thanked_at", UtcDateTime),
    Column("step", Integer, nullable=False),
    Column("share_text", String),  # share_texts.key
    Column("share_text_at", UtcDateTime),  # of one that is counted
    UniqueConstraint("campaign_id", "supporter_id"),
    UniqueConstraint("campaign_id", "name_key"),
    CheckConstraint("kind IN ('person', 'source')", name="kind"),
    *(
        CheckConstraint(f"{figure} >= 0", name=figure)
        for figure in ("opens", "starts", "signatures", "shared", "friends", "thanked")
    ),
    Index("referral_links_best_idx", "campaign_id", "kind", "signatures"),
    Index(
        "referral_links_listed_idx",
        "campaign_id",
        "signatures",
        sqlite_where=text("listed"),
        postgresql_where=text("listed"),
    ),
    Index(
        "referral_links_thanks_due_idx",
        "thanked_at",
        sqlite_where=text("thanks AND signatures > thanked"),
        postgresql_where=text("thanks AND signatures > thanked"),
    ),
    Index(
        "referral_links_share_text_idx",
        "campaign_id",
        "share_text",
        sqlite_where=text("share_text_at IS NOT NULL"),
        postgresql_where=text("share_text_at IS NOT NULL"),
    ),
)

share_texts = Table(
    "share_texts",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True),
    Column("sharers", BigInteger, nullable=False),
    Column("settled", BigInteger, nullable=False),
    Column("brought", BigInteger, nullable=False),
    Column("choice", String),
    CheckConstraint("choice IN ('only', 'stopped')", name="choice"),
)

former_links = Table(
    "former_links",
    metadata,
    Column("link_id", Id, ForeignKey("referral_links.id"), primary_key=True, autoincrement=False),
    Column("now_id", Id, ForeignKey("referral_links.id"), nullable=False),
    Index(None, "now_id"),
)
"""Links of people who have been joined with somebody who has one, too; they lead to that one."""

referral_opens = Table(
    "referral_opens",
    metadata,
    Column("link_id", Id, ForeignKey("referral_links.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Index(None, "supporter_id"),
)

referrals = Table(
    "referrals",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("supporter_id", Id, ForeignKey("supporters.id"), primary_key=True, autoincrement=False),
    Column("link_id", Id, ForeignKey("referral_links.id"), nullable=False, index=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("credited_at", UtcDateTime),
    Column("week", Date),
    Column(
        "held_at", UtcDateTime
    ),  # credited_at and week of a signature that does not count for now
    Column("held_week", Date),
)

referral_generations = Table(
    "referral_generations",
    metadata,
    Column("link_id", Id, ForeignKey("referral_links.id"), primary_key=True, autoincrement=False),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False),
    CheckConstraint("people >= 0", name="people"),
)

campaign_referrals = Table(
    "campaign_referrals",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("opens", BigInteger, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("signatures", BigInteger, nullable=False),
    Column("shared", BigInteger, nullable=False),
    Column("friends", BigInteger, nullable=False),
)

referral_weeks = Table(
    "referral_weeks",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaigns.id"), primary_key=True, autoincrement=False),
    Column("week", Date, primary_key=True),
    Column("signers", BigInteger, nullable=False),
    Column("friends", BigInteger, nullable=False),
)
