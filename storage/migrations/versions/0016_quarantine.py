"""Abuse: signatures that do not count for now and what they were credited with, accounts that
cannot sign, bursts that have been noticed, and how often somebody has tried to sign."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invalidations",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", UtcDateTime, nullable=True),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'applying', 'applied', 'undoing', 'undone')",
            name=op.f("invalidations_state_check"),
        ),
        sa.CheckConstraint("held >= 0", name=op.f("invalidations_held_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("invalidations_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("invalidations_pkey")),
    )
    op.create_index(
        op.f("invalidations_campaign_id_idx"), "invalidations", ["campaign_id"], unique=False
    )
    _let_signatures_be_held()
    op.add_column("signature_flags", sa.Column("decided_at", UtcDateTime, nullable=True))
    op.add_column("signature_flags", sa.Column("decided_by", sa.BigInteger(), nullable=True))
    op.add_column("signature_flags", sa.Column("decision", sa.Text(), nullable=True))
    op.create_index(
        "signature_flags_open_idx",
        "signature_flags",
        ["id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.add_column("referrals", sa.Column("held_at", UtcDateTime, nullable=True))
    op.add_column("referrals", sa.Column("held_week", sa.Date(), nullable=True))
    op.create_table(
        "blocked_accounts",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("blocked_by", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("blocked_accounts_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("blocked_accounts_pkey")),
    )
    op.create_table(
        "signing_allowances",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("left", sa.Float(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("signing_allowances_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("signing_allowances_pkey")),
    )
    op.create_table(
        "burst_looks",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("muted_until", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("burst_looks_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("burst_looks_pkey")),
    )
    op.create_table(
        "burst_peaks",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("peak", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("burst_peaks_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "kind", "at", name=op.f("burst_peaks_pkey")),
    )
    op.create_table(
        "bursts",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("usual", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("bursts_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("bursts_pkey")),
    )
    op.create_index(
        op.f("bursts_campaign_id_kind_key_idx"),
        "bursts",
        ["campaign_id", "kind", "key"],
        unique=False,
    )


def _let_signatures_be_held() -> None:
    with op.batch_alter_table("signatures") as batch:
        if op.get_bind().dialect.name == "postgresql":  # SQLite's copy of the table has none
            batch.drop_constraint(op.f("signatures_status_check"), type_="check")
        batch.add_column(sa.Column("invalidation_id", Id, nullable=True))
        batch.create_check_constraint(
            op.f("signatures_status_check"),
            "status IN ('live', 'withdrawn', 'invalidated', 'pending')",
        )
        batch.create_foreign_key(
            op.f("signatures_invalidation_id_fkey"), "invalidations", ["invalidation_id"], ["id"]
        )
    op.create_index(
        op.f("signatures_campaign_id_signed_at_idx"),
        "signatures",
        ["campaign_id", "signed_at"],
        unique=False,
    )
    op.create_index(
        "signatures_held_idx",
        "signatures",
        ["invalidation_id", "id"],
        unique=False,
        sqlite_where=sa.text("invalidation_id IS NOT NULL"),
        postgresql_where=sa.text("invalidation_id IS NOT NULL"),
    )
