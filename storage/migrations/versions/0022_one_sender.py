"""Which of several senders is a broadcast's latest: the others may not go on."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "broadcasts",
        sa.Column("sender", sa.BigInteger(), server_default="0", nullable=False),
    )
