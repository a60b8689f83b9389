"""Signatures that wait until it is known whose they are, and phone numbers to compare."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signatures", sa.Column("phone_key", sa.Text(), nullable=True))
    op.create_index(
        "signatures_lookalike_phone_idx",
        "signatures",
        ["campaign_id", "phone_key"],
        unique=False,
        sqlite_where=sa.text("phone_key IS NOT NULL"),
        postgresql_where=sa.text("phone_key IS NOT NULL"),
    )
    op.create_table(
        "pending_signatures",
        sa.Column("signature_id", Id, autoincrement=False, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("wants_code", sa.Boolean(), nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_until", UtcDateTime, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", Json, nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('email', 'phone')", name=op.f("pending_signatures_cause_check")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("pending_signatures_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("pending_signatures_signature_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("pending_signatures_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pending_signatures_pkey")),
    )
    op.create_index(
        op.f("pending_signatures_supporter_id_idx"),
        "pending_signatures",
        ["supporter_id"],
        unique=False,
    )
    op.create_index(
        op.f("pending_signatures_since_idx"), "pending_signatures", ["since"], unique=False
    )
