"""Kinds of updates that a person does not want."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "muted_kinds",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("muted_kinds_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("muted_kinds_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "supporter_id", "kind", name=op.f("muted_kinds_pkey")
        ),
    )
    op.create_index(
        op.f("muted_kinds_supporter_id_idx"), "muted_kinds", ["supporter_id"], unique=False
    )
