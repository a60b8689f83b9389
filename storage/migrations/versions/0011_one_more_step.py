"""Steps after signing, comments that may be quoted, reminders, and weekly digests."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _comments()
    _steps()
    _reminders()
    _digests()


def _comments() -> None:
    op.create_index(
        "signatures_commented_idx",
        "signatures",
        ["campaign_id", "id"],
        sqlite_where=sa.text("comment IS NOT NULL"),
        postgresql_where=sa.text("comment IS NOT NULL"),
    )
    op.create_table(
        "comments",
        sa.Column("signature_id", Id, autoincrement=False, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("written_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "permission IN ('none', 'named', 'unnamed')", name=op.f("comments_permission_check")
        ),
        sa.CheckConstraint(
            "NOT chosen OR permission <> 'none'", name=op.f("comments_chosen_check")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("comments_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("comments_signature_id_fkey")
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("comments_pkey")),
    )
    op.create_index(
        op.f("comments_campaign_id_signature_id_idx"), "comments", ["campaign_id", "signature_id"]
    )
    op.create_index(
        "comments_chosen_idx",
        "comments",
        ["campaign_id", "signature_id"],
        sqlite_where=sa.text("chosen"),
        postgresql_where=sa.text("chosen"),
    )


def _steps() -> None:
    op.create_table(
        "steps_taken",
        *_person_in_campaign("steps_taken"),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('done', 'skipped')", name=op.f("steps_taken_outcome_check")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "supporter_id", "step", name=op.f("steps_taken_pkey")
        ),
    )
    op.create_index(op.f("steps_taken_supporter_id_idx"), "steps_taken", ["supporter_id"])
    op.create_table(
        "step_figures",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("done >= 0", name=op.f("step_figures_done_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("step_figures_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "step", name=op.f("step_figures_pkey")),
    )


def _reminders() -> None:
    op.create_table(
        "reminders",
        *_person_in_campaign("reminders"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('sent', 'declined', 'dropped')", name=op.f("reminders_outcome_check")
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) <> (outcome IS NULL)", name=op.f("reminders_waits_check")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "supporter_id", "kind", name=op.f("reminders_pkey")),
    )
    op.create_index(
        "reminders_due_idx",
        "reminders",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("reminders_supporter_id_idx"), "reminders", ["supporter_id"])
    op.create_table(
        "never_reminded",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("never_reminded_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("never_reminded_pkey")),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("broadcast_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("digests_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("digests_broadcast_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "day", name=op.f("digests_pkey")),
    )


def _person_in_campaign(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f(f"{table}_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f(f"{table}_supporter_id_fkey")
        ),
    )
