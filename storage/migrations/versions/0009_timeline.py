"""The story of a campaign: events, decisions, hand-ins, and what staff are told of them."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "about IN ('decision', 'handin')", name=op.f("staff_notices_about_check")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("staff_notices_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_notices_pkey")),
    )
    op.create_index(
        "staff_notices_open_idx",
        "staff_notices",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("starts_at", UtcDateTime, nullable=True),
        sa.Column("ends_at", UtcDateTime, nullable=True),
        sa.Column("broadcast_id", Id, nullable=True),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("removed_at", UtcDateTime, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('endorsement', 'media', 'event', 'handin', 'decision', 'news')",
            name=op.f("events_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("events_broadcast_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("events_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["supporters.id"], name=op.f("events_created_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("events_pkey")),
    )
    op.create_index(
        op.f("events_campaign_id_id_idx"), "events", ["campaign_id", "id"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("expected_from", sa.Date(), nullable=False),
        sa.Column("expected_to", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("texts", Json, nullable=False),
        sa.Column("remind_at", UtcDateTime, nullable=True),
        sa.Column("ask_at", UtcDateTime, nullable=True),
        sa.Column("asked_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('won', 'partly', 'lost', 'postponed')",
            name=op.f("decisions_outcome_check"),
        ),
        sa.CheckConstraint(
            "state IN ('expected', 'asked', 'made', 'dropped')", name=op.f("decisions_state_check")
        ),
        sa.CheckConstraint("expected_from <= expected_to", name=op.f("decisions_expected_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("decisions_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("decisions_event_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("decisions_pkey")),
        sa.UniqueConstraint("event_id", name=op.f("decisions_event_id_key")),
    )
    op.create_index(op.f("decisions_ask_at_idx"), "decisions", ["ask_at"], unique=False)
    op.create_index(op.f("decisions_campaign_id_idx"), "decisions", ["campaign_id"], unique=False)
    op.create_index(op.f("decisions_remind_at_idx"), "decisions", ["remind_at"], unique=False)
    op.create_table(
        "handins",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("closes_signing", sa.Boolean(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("live", sa.BigInteger(), nullable=True),
        sa.Column("offline", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", UtcDateTime, nullable=True),
        sa.Column("thanked_broadcast_id", Id, nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (frozen_at IS NOT NULL)", name=op.f("handins_frozen_check")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'cancelled')", name=op.f("handins_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("handins_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("handins_event_id_fkey")),
        sa.ForeignKeyConstraint(
            ["thanked_broadcast_id"],
            ["broadcasts.id"],
            name=op.f("handins_thanked_broadcast_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("handins_pkey")),
        sa.UniqueConstraint("event_id", name=op.f("handins_event_id_key")),
    )
    op.create_index(
        op.f("handins_campaign_id_id_idx"), "handins", ["campaign_id", "id"], unique=False
    )
    op.create_index(
        "handins_planned_idx",
        "handins",
        ["campaign_id"],
        unique=True,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_table(
        "decision_dates",
        sa.Column("id", Id, nullable=False),
        sa.Column("decision_id", Id, nullable=False),
        sa.Column("expected_from", sa.Date(), nullable=False),
        sa.Column("expected_to", sa.Date(), nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.Column("set_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("decision_dates_decision_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["supporters.id"], name=op.f("decision_dates_set_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("decision_dates_pkey")),
    )
    op.create_index(
        op.f("decision_dates_decision_id_idx"), "decision_dates", ["decision_id"], unique=False
    )
    op.create_table(
        "decision_reminders",
        sa.Column("decision_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("chosen_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("decision_reminders_decision_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("decision_reminders_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "decision_id", "supporter_id", name=op.f("decision_reminders_pkey")
        ),
    )
    op.create_index(
        op.f("decision_reminders_supporter_id_idx"),
        "decision_reminders",
        ["supporter_id"],
        unique=False,
    )
    op.create_table(
        "handin_dates",
        sa.Column("id", Id, nullable=False),
        sa.Column("handin_id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.Column("set_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["handin_id"], ["handins.id"], name=op.f("handin_dates_handin_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["supporters.id"], name=op.f("handin_dates_set_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("handin_dates_pkey")),
    )
    op.create_index(op.f("handin_dates_handin_id_idx"), "handin_dates", ["handin_id"], unique=False)
