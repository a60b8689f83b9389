"""Who has been joined with whom, and links that have become another."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined_people",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("now_id", Id, nullable=False),
        sa.Column("tombstone", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["now_id"], ["supporters.id"], name=op.f("joined_people_now_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("joined_people_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("joined_people_pkey")),
    )
    op.create_index(op.f("joined_people_now_id_idx"), "joined_people", ["now_id"])
    op.create_table(
        "former_links",
        sa.Column("link_id", Id, autoincrement=False, nullable=False),
        sa.Column("now_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["referral_links.id"], name=op.f("former_links_link_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["now_id"], ["referral_links.id"], name=op.f("former_links_now_id_fkey")
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("former_links_pkey")),
    )
    op.create_index(op.f("former_links_now_id_idx"), "former_links", ["now_id"])
