"""How often each way to pass a petition on has been tapped."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share_ways",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("share_ways_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "way", name=op.f("share_ways_pkey")),
    )
