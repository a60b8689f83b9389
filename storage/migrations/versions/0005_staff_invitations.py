"""Invitations by which people become staff."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_invitations",
        sa.Column("id", Id, nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'editor', 'viewer')", name=op.f("staff_invitations_role_check")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("staff_invitations_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_invitations_pkey")),
        sa.UniqueConstraint("token_sha256", name=op.f("staff_invitations_token_sha256_key")),
    )
