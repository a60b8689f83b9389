"""When signing ends, and the updates that tell people so beforehand."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns", sa.Column("closes_at", UtcDateTime, nullable=True))
    op.create_table(
        "closing_drafts",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("closes_at", UtcDateTime, nullable=False),
        sa.Column("days_before", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("broadcast_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("closing_drafts_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("closing_drafts_broadcast_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "closes_at", "days_before", name=op.f("closing_drafts_pkey")
        ),
    )
