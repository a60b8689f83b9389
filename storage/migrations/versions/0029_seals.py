"""The seal over a whole hand-in pack."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handin_packs", sa.Column("seal", sa.Text()))
