"""Referral links, who came by them, and the figures that are kept of it."""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign_referrals",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("signatures", sa.BigInteger(), nullable=False),
        sa.Column("shared", sa.BigInteger(), nullable=False),
        sa.Column("friends", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("campaign_referrals_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("campaign_referrals_pkey")),
    )
    op.create_table(
        "referral_links",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("supporter_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=True),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("opens", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("signatures", sa.BigInteger(), nullable=False),
        sa.Column("shared", sa.BigInteger(), nullable=False),
        sa.Column("friends", sa.BigInteger(), nullable=False),
        sa.Column("shared_at", UtcDateTime, nullable=True),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("thanks", sa.Boolean(), nullable=False),
        sa.Column("thanked", sa.BigInteger(), nullable=False),
        sa.Column("thanked_at", UtcDateTime, nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'source')", name=op.f("referral_links_kind_check")),
        sa.CheckConstraint("friends >= 0", name=op.f("referral_links_friends_check")),
        sa.CheckConstraint("opens >= 0", name=op.f("referral_links_opens_check")),
        sa.CheckConstraint("shared >= 0", name=op.f("referral_links_shared_check")),
        sa.CheckConstraint("signatures >= 0", name=op.f("referral_links_signatures_check")),
        sa.CheckConstraint("starts >= 0", name=op.f("referral_links_starts_check")),
        sa.CheckConstraint("thanked >= 0", name=op.f("referral_links_thanked_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("referral_links_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["supporters.id"], name=op.f("referral_links_created_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("referral_links_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("referral_links_pkey")),
        sa.UniqueConstraint(
            "campaign_id", "name_key", name=op.f("referral_links_campaign_id_name_key_key")
        ),
        sa.UniqueConstraint(
            "campaign_id", "supporter_id", name=op.f("referral_links_campaign_id_supporter_id_key")
        ),
        sa.UniqueConstraint("code", name=op.f("referral_links_code_key")),
    )
    op.create_index(
        op.f("referral_links_supporter_id_idx"), "referral_links", ["supporter_id"], unique=False
    )
    op.create_index(
        "referral_links_best_idx",
        "referral_links",
        ["campaign_id", "kind", "signatures"],
        unique=False,
    )
    op.create_index(
        "referral_links_listed_idx",
        "referral_links",
        ["campaign_id", "signatures"],
        unique=False,
        sqlite_where=sa.text("listed"),
        postgresql_where=sa.text("listed"),
    )
    op.create_index(
        "referral_links_thanks_due_idx",
        "referral_links",
        ["thanked_at"],
        unique=False,
        sqlite_where=sa.text("thanks AND signatures > thanked"),
        postgresql_where=sa.text("thanks AND signatures > thanked"),
    )
    op.create_table(
        "referral_weeks",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("signers", sa.BigInteger(), nullable=False),
        sa.Column("friends", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("referral_weeks_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "week", name=op.f("referral_weeks_pkey")),
    )
    op.create_table(
        "referral_generations",
        sa.Column("link_id", Id, autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("referral_generations_people_check")),
        sa.ForeignKeyConstraint(
            ["link_id"], ["referral_links.id"], name=op.f("referral_generations_link_id_fkey")
        ),
        sa.PrimaryKeyConstraint("link_id", "generation", name=op.f("referral_generations_pkey")),
    )
    op.create_table(
        "referral_opens",
        sa.Column("link_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["referral_links.id"], name=op.f("referral_opens_link_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("referral_opens_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("link_id", "supporter_id", name=op.f("referral_opens_pkey")),
    )
    op.create_index(
        op.f("referral_opens_supporter_id_idx"), "referral_opens", ["supporter_id"], unique=False
    )
    op.create_table(
        "referrals",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("link_id", Id, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("credited_at", UtcDateTime, nullable=True),
        sa.Column("week", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("referrals_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["referral_links.id"], name=op.f("referrals_link_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("referrals_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "supporter_id", name=op.f("referrals_pkey")),
    )
    op.create_index(op.f("referrals_link_id_idx"), "referrals", ["link_id"], unique=False)
    count_weeks_so_far()


def count_weeks_so_far() -> None:
    """The weeks in which people signed before there were links; nobody had brought anybody."""
    db = op.get_bind()
    campaigns = sa.table("campaigns", sa.column("id", Id), sa.column("definition", Json))
    signatures = sa.table(
        "signatures",
        sa.column("campaign_id", Id),
        sa.column("status", sa.Text()),
        sa.column("signed_at", UtcDateTime),
    )
    weeks = sa.table(
        "referral_weeks",
        sa.column("campaign_id", Id),
        sa.column("week", sa.Date()),
        sa.column("signers", sa.BigInteger()),
        sa.column("friends", sa.BigInteger()),
    )
    for campaign_id, definition in db.execute(sa.select(campaigns)).all():
        zone = ZoneInfo(definition.get("timezone", "UTC"))
        live = db.execute(
            sa.select(signatures.c.signed_at).where(
                signatures.c.campaign_id == campaign_id, signatures.c.status == "live"
            )
        )
        mondays: Counter[date] = Counter()
        for (signed_at,) in live:
            day = signed_at.astimezone(zone).date()
            mondays[day - timedelta(days=day.weekday())] += 1
        if mondays:
            db.execute(
                sa.insert(weeks),
                [
                    {"campaign_id": campaign_id, "week": monday, "signers": signers, "friends": 0}
                    for monday, signers in mondays.items()
                ],
            )
