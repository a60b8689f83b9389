"""What signatures with addresses of one mailbox have in common, and which of them lack it.

The version before neither fills the column nor empties it when an address goes: the second index
holds exactly those rows, for a job to look at.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signatures", sa.Column("mailbox_key", sa.Text(), nullable=True))
    for name, columns, rows in (
        ("lookalike_mailbox", ["campaign_id", "mailbox_key"], "mailbox_key IS NOT NULL"),
        ("mailbox_key_amiss", ["id"], "(email IS NULL) <> (mailbox_key IS NULL)"),
    ):
        op.create_index(
            f"signatures_{name}_idx",
            "signatures",
            columns,
            unique=False,
            sqlite_where=sa.text(rows),
            postgresql_where=sa.text(rows),
        )
