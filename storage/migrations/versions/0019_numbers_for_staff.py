"""When people have signed and in which language, how far they come in the form, what they tap under
updates, and who of the staff wants the numbers each morning."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# SQLite rounds 09:44:59.9999 up, so fractions of a second are cut off.
_FILL_TIMES = {
    "postgresql": """
        INSERT INTO signature_times (campaign_id, quarter, language, count)
        SELECT campaign_id, floor(extract(epoch FROM signed_at) / 900)::bigint, language, count(*)
        FROM signatures WHERE status = 'live' GROUP BY 1, 2, 3""",
    "sqlite": """
        INSERT INTO signature_times (campaign_id, quarter, language, count)
        SELECT campaign_id, CAST(strftime('%s', substr(signed_at, 1, 19)) AS INTEGER) / 900,
            language, count(*)
        FROM signatures WHERE status = 'live' GROUP BY 1, 2, 3""",
}


def upgrade() -> None:
    op.create_table(
        "signature_times",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("quarter", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("signature_times_count_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("signature_times_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "quarter", "language", name=op.f("signature_times_pkey")
        ),
    )
    op.create_table(
        "form_figures",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("form_figures_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "step", name=op.f("form_figures_pkey")),
    )
    op.create_table(
        "broadcast_tap_figures",
        sa.Column("broadcast_id", Id, autoincrement=False, nullable=False),
        sa.Column("button", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcasts.id"],
            name=op.f("broadcast_tap_figures_broadcast_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "button", name=op.f("broadcast_tap_figures_pkey")),
    )
    op.create_table(
        "morning_summaries",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("morning_summaries_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "telegram_id", name=op.f("morning_summaries_pkey")),
    )
    op.execute(_FILL_TIMES[op.get_bind().dialect.name])
    op.execute(
        "INSERT INTO broadcast_tap_figures (broadcast_id, button, count)"
        " SELECT broadcast_id, button, count(*) FROM broadcast_taps GROUP BY 1, 2"
    )
