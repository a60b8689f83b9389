"""The outbox. Questions to staff that have not been sent move over to it."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("subject_id", Id, nullable=True),
        sa.Column("variables", Json, nullable=False),
        sa.Column("buttons", Json, nullable=False),
        sa.Column("least_role", sa.Text(), nullable=True),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.Column("failed_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("notifications_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notifications_pkey")),
    )
    op.create_index(
        "notifications_dedupe_idx", "notifications", ["telegram_id", "dedupe_key"], unique=True
    )
    op.create_index(
        "notifications_open_idx",
        "notifications",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.execute(
        "INSERT INTO notifications (telegram_id, campaign_id, template, subject_id, variables,"
        " buttons, least_role, created_at, not_before, claimed_at, attempts)"
        " SELECT telegram_id, campaign_id,"
        " CASE about WHEN 'handin' THEN 'timeline/counted' ELSE 'timeline/passed' END,"
        " subject_id, '{}', '[]', 'editor', created_at, created_at, claimed_at, 0"
        " FROM staff_notices WHERE done_at IS NULL ORDER BY id"
    )
    op.execute(
        "INSERT INTO notifications (telegram_id, campaign_id, template, subject_id, variables,"
        " buttons, least_role, created_at, not_before, claimed_at, attempts)"
        " SELECT r.telegram_id, b.campaign_id, 'broadcasts/approve', r.broadcast_id, '{}', '[]',"
        " 'editor', r.created_at, r.created_at, r.claimed_at, 0"
        " FROM agreement_requests r JOIN broadcasts b ON b.id = r.broadcast_id"
        " WHERE r.done_at IS NULL ORDER BY r.id"
    )
    op.execute("UPDATE agreement_requests SET done_at = created_at WHERE done_at IS NULL")
    op.execute("UPDATE staff_notices SET done_at = created_at WHERE done_at IS NULL")
