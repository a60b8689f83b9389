"""What exactly was agreed to, who has worked on an update, and who has read words unagreed."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("broadcasts", sa.Column("approved_digest", sa.Text(), nullable=True))
    op.create_table(
        "broadcast_editors",
        sa.Column("broadcast_id", Id, nullable=False, autoincrement=False),
        sa.Column("supporter_id", Id, nullable=False, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("broadcast_editors_broadcast_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("broadcast_editors_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "broadcast_id", "supporter_id", name=op.f("broadcast_editors_pkey")
        ),
    )
    op.create_index(
        op.f("broadcast_editors_supporter_id_idx"),
        "broadcast_editors",
        ["supporter_id"],
        unique=False,
    )
    op.create_table(
        "unagreed_readers",
        sa.Column("campaign_id", Id, nullable=False, autoincrement=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("supporter_id", Id, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("unagreed_readers_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("unagreed_readers_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "words", "supporter_id", name=op.f("unagreed_readers_pkey")
        ),
    )
    op.create_index(
        op.f("unagreed_readers_supporter_id_idx"),
        "unagreed_readers",
        ["supporter_id"],
        unique=False,
    )
    op.create_table(
        "agreement_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("broadcast_id", Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("agreement_requests_broadcast_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("agreement_requests_pkey")),
    )
    op.create_index(
        "agreement_requests_open_idx",
        "agreement_requests",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
