"""Since when staff have let visitors read a comment."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("shown_at", UtcDateTime, nullable=True))
    op.create_index(
        "comments_shown_idx",
        "comments",
        ["campaign_id", "signature_id"],
        unique=False,
        sqlite_where=sa.text("shown_at IS NOT NULL"),
        postgresql_where=sa.text("shown_at IS NOT NULL"),
    )
