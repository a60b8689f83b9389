"""Whether staff have been told that a broadcast has paused by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "broadcasts",
        sa.Column("pause_told", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
