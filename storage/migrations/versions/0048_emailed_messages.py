"""Messages to a campaign by email, and answers by email that have not gone yet; and numbers of
messages that are never given twice.

An answer that waits for the mail server names its message by its number. SQLite gives the highest
number again once its row is gone, as 0046 says of addresses.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox_messages", sa.Column("email", Json, nullable=True))
    op.create_table(
        "inbox_letters",
        sa.Column("message_id", Id, autoincrement=False, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("inbox_letters_pkey")),
    )
    op.create_index(op.f("inbox_letters_not_before_idx"), "inbox_letters", ["not_before"])
    op.create_table(
        "received_emails",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("received_emails_pkey")),
    )
    op.create_index(op.f("received_emails_at_idx"), "received_emails", ["at"])
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(
            "inbox_messages", recreate="always", table_kwargs={"sqlite_autoincrement": True}
        ):
            pass
