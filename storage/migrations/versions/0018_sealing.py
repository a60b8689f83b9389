"""Whether what people wrote is sealed, with which key, and how far a change of that has come."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("changing", sa.Boolean(), nullable=False),
        sa.Column("next_key_id", sa.Text(), nullable=True),
        sa.Column("at_table", sa.Text(), nullable=False),
        sa.Column("at_row", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("sealing_id_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("sealing_pkey")),
    )
