"""What staff have said of the doubts about a table of paper signatures."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision = "0034"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offline_imports", sa.Column("answers", Json))
