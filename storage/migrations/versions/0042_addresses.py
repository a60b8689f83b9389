"""Where people can be found, the chat in the browser, and tokens to go on elsewhere.

The addresses of those who are here already are filled in by bot/jobs/addresses.py: a table may be
large, and values are encrypted where the database is.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified_at", UtcDateTime, nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("last_heard_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("addresses_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("addresses_pkey")),
        sa.UniqueConstraint("channel", "value", name=op.f("addresses_channel_value_key")),
    )
    op.create_index(op.f("addresses_supporter_id_idx"), "addresses", ["supporter_id"])
    op.create_index(
        op.f("addresses_channel_last_heard_at_idx"), "addresses", ["channel", "last_heard_at"]
    )
    op.create_table(
        "web_chats",
        sa.Column("address_id", Id, autoincrement=False, nullable=False),
        sa.Column("bubbles", Json, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("web_chats_address_id_fkey")
        ),
        sa.PrimaryKeyConstraint("address_id", name=op.f("web_chats_pkey")),
    )
    op.create_table(
        "join_tokens",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("join_tokens_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("join_tokens_pkey")),
    )
    op.create_index(op.f("join_tokens_supporter_id_idx"), "join_tokens", ["supporter_id"])
    op.create_index(op.f("join_tokens_expires_at_idx"), "join_tokens", ["expires_at"])
