"""By which channel a signature came, and whether an address has to prove whose it is."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "signatures",
        sa.Column("channel", sa.Text(), server_default="telegram", nullable=False),
    )
    op.add_column("signatures", sa.Column("proof", sa.Text(), nullable=True))
    op.create_table(
        "signature_channels",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("signature_channels_count_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("signature_channels_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "channel", name=op.f("signature_channels_pkey")),
    )
