"""Limits and marks by keyed hashes, which outlive an erasure; blocks of one campaign."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# blocked_accounts and signing_allowances are no longer used; a later version drops them.


def upgrade() -> None:
    _create_blocks()
    _copy_blocks()
    op.create_table(
        "erased_signers",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("signature_id", Id, nullable=True),
        sa.Column("blocked", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "blocked IN ('campaign', 'everywhere')", name=op.f("erased_signers_blocked_check")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("erased_signers_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("erased_signers_signature_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "hash", name=op.f("erased_signers_pkey")),
    )
    op.create_index(
        op.f("erased_signers_signature_id_idx"), "erased_signers", ["signature_id"], unique=False
    )
    op.create_table(
        "signing_buckets",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("left", sa.Float(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("signing_buckets_pkey")),
    )
    op.create_table(
        "recent_requests",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("asked_at", Json, nullable=False),
        sa.Column("newest_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("recent_requests_pkey")),
    )


def _create_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("blocked_by", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("blocks_supporter_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("blocks_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("blocks_pkey")),
    )
    op.create_index(
        "blocks_one_campaign_idx", "blocks", ["supporter_id", "campaign_id"], unique=True
    )
    op.create_index(
        "blocks_everywhere_idx",
        "blocks",
        ["supporter_id"],
        unique=True,
        sqlite_where=sa.text("campaign_id IS NULL"),
        postgresql_where=sa.text("campaign_id IS NULL"),
    )


def _copy_blocks() -> None:
    """A block by somebody who owns some campaigns only holds in those from now on; by an owner over
    all, by the command line, or by one who is no owner any more, everywhere, as before."""
    op.execute(
        """
        INSERT INTO blocks (supporter_id, campaign_id, blocked_by, blocked_at)
        SELECT blocked.supporter_id, staff.campaign_id, blocked.blocked_by, blocked.blocked_at
        FROM blocked_accounts AS blocked
        JOIN staff ON staff.telegram_id = blocked.blocked_by AND staff.role = 'owner'
        WHERE staff.campaign_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM staff AS overall
            WHERE overall.telegram_id = blocked.blocked_by
            AND overall.role = 'owner' AND overall.campaign_id IS NULL
        )
        """
    )
    op.execute(
        """
        INSERT INTO blocks (supporter_id, campaign_id, blocked_by, blocked_at)
        SELECT supporter_id, NULL, blocked_by, blocked_at
        FROM blocked_accounts AS blocked
        WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.supporter_id = blocked.supporter_id)
        """
    )
