"""What single people get by email, until it has gone."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_letters",
        sa.Column("id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("personal_letters_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("personal_letters_pkey")),
    )
    for column in ("supporter_id", "not_before"):
        op.create_index(op.f(f"personal_letters_{column}_idx"), "personal_letters", [column])
