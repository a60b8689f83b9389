"""What comes of updates: taps, corrections, and what people choose about when they hear."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcast_taps",
        sa.Column("broadcast_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("button", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("broadcast_taps_broadcast_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("broadcast_taps_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "broadcast_id", "supporter_id", "button", name=op.f("broadcast_taps_pkey")
        ),
    )
    op.create_index(
        op.f("broadcast_taps_supporter_id_idx"), "broadcast_taps", ["supporter_id"], unique=False
    )
    op.create_table(
        "own_quiet_hours",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("own_quiet_hours_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("own_quiet_hours_pkey")),
    )
    op.add_column("broadcasts", sa.Column("act", sa.Text(), server_default="send", nullable=False))
    op.add_column("broadcasts", sa.Column("follows", sa.BigInteger(), nullable=True))
    op.drop_index("deliveries_supporter_id_idx", table_name="deliveries")
    op.create_index(
        op.f("deliveries_supporter_id_at_idx"), "deliveries", ["supporter_id", "at"], unique=False
    )
