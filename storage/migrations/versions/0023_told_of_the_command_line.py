"""Up to which row of the audit log owners have been told of what the command line did."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "audit_head",
        sa.Column("told_id", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.execute("UPDATE audit_head SET told_id = last_id")
