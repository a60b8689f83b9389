"""Which share text a sharer has been given, and what has come of each."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral_links", sa.Column("share_text", sa.Text(), nullable=True))
    op.add_column("referral_links", sa.Column("share_text_at", UtcDateTime, nullable=True))
    op.create_index(
        "referral_links_share_text_idx",
        "referral_links",
        ["campaign_id", "share_text"],
        unique=False,
        sqlite_where=sa.text("share_text_at IS NOT NULL"),
        postgresql_where=sa.text("share_text_at IS NOT NULL"),
    )
    op.create_table(
        "share_texts",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sharers", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("brought", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.CheckConstraint("choice IN ('only', 'stopped')", name=op.f("share_texts_choice_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("share_texts_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "key", name=op.f("share_texts_pkey")),
    )
