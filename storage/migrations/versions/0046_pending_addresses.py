"""Addresses that wait for their code; and numbers of addresses that are never given twice.

Links in emails name an address by its number. SQLite gives the highest number again once its row is
gone (https://www.sqlite.org/autoinc.html), so an old link could have ended somebody else's emails.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_addresses",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("asked_in", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("wants_code", sa.Boolean(), nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_until", UtcDateTime, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("pending_addresses_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pending_addresses_pkey")),
    )
    op.create_index(op.f("pending_addresses_since_idx"), "pending_addresses", ["since"])
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(
            "addresses", recreate="always", table_kwargs={"sqlite_autoincrement": True}
        ):
            pass
