"""What people write to a campaign, and what it answers."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0038"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _conversations()
    _messages()
    op.create_table(
        "inbox_groups",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("group_number", sa.BigInteger(), nullable=False),
        sa.Column("has_topics", sa.Boolean(), nullable=False),
        sa.Column("linked_by", sa.BigInteger(), nullable=False),
        sa.Column("linked_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("inbox_groups_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("inbox_groups_pkey")),
    )
    op.create_index(op.f("inbox_groups_group_number_idx"), "inbox_groups", ["group_number"])


def _conversations() -> None:
    op.create_table(
        "inbox_conversations",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("waiting_since", UtcDateTime, nullable=True),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'answered', 'closed')",
            name=op.f("inbox_conversations_status_check"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("inbox_conversations_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"],
            ["supporters.id"],
            name=op.f("inbox_conversations_supporter_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("inbox_conversations_pkey")),
        sa.UniqueConstraint(
            "campaign_id",
            "supporter_id",
            name=op.f("inbox_conversations_campaign_id_supporter_id_key"),
        ),
    )
    op.create_index(
        op.f("inbox_conversations_supporter_id_idx"), "inbox_conversations", ["supporter_id"]
    )
    op.create_index(
        op.f("inbox_conversations_campaign_id_status_changed_at_idx"),
        "inbox_conversations",
        ["campaign_id", "status", "changed_at"],
    )


def _messages() -> None:
    op.create_table(
        "inbox_messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime, nullable=False),
        sa.Column("undelivered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("inbox_messages_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["inbox_conversations.id"],
            name=op.f("inbox_messages_conversation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("inbox_messages_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("inbox_messages_pkey")),
    )
    op.create_index(op.f("inbox_messages_supporter_id_idx"), "inbox_messages", ["supporter_id"])
    op.create_index(op.f("inbox_messages_written_at_idx"), "inbox_messages", ["written_at"])
    op.create_index(
        op.f("inbox_messages_conversation_id_id_idx"), "inbox_messages", ["conversation_id", "id"]
    )
