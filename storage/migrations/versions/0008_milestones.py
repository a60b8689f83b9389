"""Milestones: which numbers of signatures have been reached, and up to which we have looked."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "milestones",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reached_at", UtcDateTime, nullable=False),
        sa.Column("broadcast_id", Id, nullable=True),
        sa.Column("told_at", UtcDateTime, nullable=True),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("milestones_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("milestones_broadcast_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("milestones_pkey")),
    )
    op.add_column(
        "campaigns",
        sa.Column("milestone_at", sa.BigInteger(), server_default="0", nullable=False),
    )
    # What had been reached before this version is not news.
    op.execute(
        "UPDATE campaigns SET milestone_at = COALESCE((SELECT live + offline FROM campaign_totals "
        "WHERE campaign_totals.campaign_id = campaigns.id), 0)"
    )
