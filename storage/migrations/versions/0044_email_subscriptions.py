"""Who hears by email, and by which channel a delivery goes."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "email_subscriptions",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("email_subscriptions_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("email_subscriptions_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "supporter_id", name=op.f("email_subscriptions_pkey")
        ),
    )
    op.create_index(
        op.f("email_subscriptions_supporter_id_idx"), "email_subscriptions", ["supporter_id"]
    )
    op.add_column("deliveries", sa.Column("channel", sa.Text(), nullable=True))
    op.create_index(
        "deliveries_email_idx",
        "deliveries",
        ["broadcast_id", "supporter_id"],
        sqlite_where=sa.text("channel = 'email'"),
        postgresql_where=sa.text("channel = 'email'"),
    )
