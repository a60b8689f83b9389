"""Broadcasts, their deliveries, and who hears updates now."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", Id, nullable=True),
        sa.Column("approved_by", Id, nullable=True),
        sa.Column("content", Json, nullable=False),
        sa.Column("audience", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("paused_why", sa.Text(), nullable=True),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("walked", sa.Boolean(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("unreachable", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('news', 'milestone', 'endorsement', 'media', 'event', 'decision', 'thanks')",
            name=op.f("broadcasts_kind_check"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'awaiting_approval', 'scheduled', 'sending', 'paused', 'done', "
            "'cancelled')",
            name=op.f("broadcasts_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["supporters.id"], name=op.f("broadcasts_approved_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["supporters.id"], name=op.f("broadcasts_author_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("broadcasts_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("broadcasts_pkey")),
    )
    op.create_index(op.f("broadcasts_campaign_id_idx"), "broadcasts", ["campaign_id"], unique=False)
    op.create_index(op.f("broadcasts_status_idx"), "broadcasts", ["status"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("subscriptions_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("subscriptions_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "supporter_id", name=op.f("subscriptions_pkey")),
    )
    op.create_index(
        op.f("subscriptions_supporter_id_idx"), "subscriptions", ["supporter_id"], unique=False
    )
    op.create_table(
        "deliveries",
        sa.Column("broadcast_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("message_ids", Json, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'claimed', 'sent', 'unreachable', 'failed', 'unknown', "
            "'left_out')",
            name=op.f("deliveries_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("deliveries_broadcast_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("deliveries_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "supporter_id", name=op.f("deliveries_pkey")),
    )
    op.create_index(
        "deliveries_claimed_idx",
        "deliveries",
        ["broadcast_id", "supporter_id"],
        unique=False,
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )
    op.create_index(
        "deliveries_pending_idx",
        "deliveries",
        ["broadcast_id", "supporter_id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        op.f("deliveries_supporter_id_idx"), "deliveries", ["supporter_id"], unique=False
    )
    subscribe_those_who_agreed()


def subscribe_those_who_agreed() -> None:
    """Who hears updates, from each person's latest choice in the ledger."""
    op.execute(
        "INSERT INTO subscriptions (campaign_id, supporter_id, since) "
        "SELECT campaign_id, supporter_id, at FROM consents WHERE granted AND id IN ("
        "SELECT max(id) FROM consents WHERE purpose = 'updates' AND campaign_id IS NOT NULL "
        "GROUP BY supporter_id, campaign_id)"
    )
