"""The first tables: people, campaigns, signatures, consents, dialogs, staff, audit log."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("consents", "wordings", "audit_log")


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_log_pkey")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=True),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'closed')", name=op.f("campaigns_status_check")
        ),
        sa.CheckConstraint("goal >= 1", name=op.f("campaigns_goal_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("campaigns_pkey")),
        sa.UniqueConstraint("slug", name=op.f("campaigns_slug_key")),
    )
    op.create_index(op.f("campaigns_revision_idx"), "campaigns", ["revision"], unique=False)
    op.create_table(
        "supporters",
        sa.Column("id", Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("telegram_language", sa.Text(), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("supporters_pkey")),
        sa.UniqueConstraint("telegram_id", name=op.f("supporters_telegram_id_key")),
    )
    op.create_table(
        "campaign_totals",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("live", sa.BigInteger(), nullable=False),
        sa.Column("offline", sa.BigInteger(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("live >= 0", name=op.f("campaign_totals_live_check")),
        sa.CheckConstraint("offline >= 0", name=op.f("campaign_totals_offline_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("campaign_totals_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("campaign_totals_pkey")),
    )
    op.create_table(
        "dialogs",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("recent_updates", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("dialogs_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("dialogs_pkey")),
    )
    op.create_table(
        "offline_signatures",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", Id, nullable=True),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("offline_signatures_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["supporters.id"], name=op.f("offline_signatures_recorded_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("offline_signatures_pkey")),
    )
    op.create_index(
        op.f("offline_signatures_campaign_id_idx"),
        "offline_signatures",
        ["campaign_id"],
        unique=False,
    )
    op.create_table(
        "staff",
        sa.Column("id", Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'editor', 'viewer')", name=op.f("staff_role_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("staff_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_pkey")),
    )
    op.create_index("staff_member_idx", "staff", ["telegram_id", "campaign_id"], unique=True)
    op.create_index(
        "staff_over_all_idx",
        "staff",
        ["telegram_id"],
        unique=True,
        sqlite_where=sa.text("campaign_id IS NULL"),
        postgresql_where=sa.text("campaign_id IS NULL"),
    )
    op.create_table(
        "wordings",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("wordings_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("wordings_pkey")),
        sa.UniqueConstraint(
            "campaign_id",
            "kind",
            "language",
            "version",
            name=op.f("wordings_campaign_id_kind_language_version_key"),
        ),
    )
    op.create_table(
        "consents",
        sa.Column("id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("wording_id", Id, nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("consents_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("consents_supporter_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["wordings.id"], name=op.f("consents_wording_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("consents_pkey")),
    )
    op.create_index(
        "consents_current_idx",
        "consents",
        ["supporter_id", "campaign_id", "purpose", "id"],
        unique=False,
    )
    op.create_table(
        "signatures",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("petition_wording_id", Id, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("signed_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=True),
        sa.Column("withdrawn_at", UtcDateTime, nullable=True),
        sa.CheckConstraint("status IN ('live', 'withdrawn')", name=op.f("signatures_status_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("signatures_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["petition_wording_id"],
            ["wordings.id"],
            name=op.f("signatures_petition_wording_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("signatures_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("signatures_pkey")),
        sa.UniqueConstraint(
            "campaign_id", "number", name=op.f("signatures_campaign_id_number_key")
        ),
        sa.UniqueConstraint(
            "campaign_id", "supporter_id", name=op.f("signatures_campaign_id_supporter_id_key")
        ),
    )
    op.create_index(
        "signatures_lookalike_email_idx", "signatures", ["campaign_id", "email_key"], unique=False
    )
    op.create_index(
        "signatures_lookalike_name_idx",
        "signatures",
        ["campaign_id", "name_key", "postcode"],
        unique=False,
    )
    op.create_index(
        op.f("signatures_supporter_id_idx"), "signatures", ["supporter_id"], unique=False
    )
    op.create_table(
        "signature_flags",
        sa.Column("id", Id, nullable=False),
        sa.Column("signature_id", Id, nullable=False),
        sa.Column("other_signature_id", Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("flagged_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["other_signature_id"],
            ["signatures.id"],
            name=op.f("signature_flags_other_signature_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signatures.id"], name=op.f("signature_flags_signature_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("signature_flags_pkey")),
        sa.UniqueConstraint(
            "signature_id",
            "other_signature_id",
            "reason",
            name=op.f("signature_flags_signature_id_other_signature_id_reason_key"),
        ),
    )
    for table in APPEND_ONLY:
        refuse_changes(table)


def refuse_changes(table: str) -> None:
    """Rows of this table are evidence: they are only added."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
