"""The hand-in pack, and paper signatures with their evidence, imports and undo."""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, String, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("offline_signatures") as entries:
        entries.add_column(sa.Column("collected_on", sa.Date()))
        entries.add_column(sa.Column("photo", String))
        entries.add_column(sa.Column("undoes_id", Id))
        entries.create_unique_constraint(op.f("offline_signatures_undoes_id_key"), ["undoes_id"])
    _make_imports()
    _make_packs()


def _make_imports() -> None:
    op.create_table(
        "offline_imports",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("requested_by", Id),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("status", String, nullable=False),
        sa.Column("file_id", String),
        sa.Column("file_name", String, nullable=False),
        sa.Column("sha256", String),
        sa.Column("columns", Json),
        sa.Column("report", Json),
        sa.Column("entry_id", Id),
        sa.CheckConstraint(
            "status IN ('queued', 'looked', 'failed', 'counted', 'undone', 'thrown')",
            name=op.f("offline_imports_status_check"),
        ),
        *_keys("offline_imports", "campaign_id:campaigns", "requested_by:supporters"),
        *_keys("offline_imports", "entry_id:offline_signatures"),
        sa.PrimaryKeyConstraint("id", name=op.f("offline_imports_pkey")),
    )
    op.create_index(op.f("offline_imports_campaign_id_idx"), "offline_imports", ["campaign_id"])
    op.create_index(op.f("offline_imports_status_idx"), "offline_imports", ["status"])
    op.create_index("offline_imports_file_idx", "offline_imports", ["campaign_id", "sha256"])


def _make_packs() -> None:
    op.create_table(
        "handin_packs",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("profile", String, nullable=False),
        sa.Column("status", String, nullable=False),
        sa.Column("salt_key", sa.LargeBinary(), nullable=False),
        sa.Column("requested_by", Id),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("progress", Json),
        sa.Column("signatures", sa.BigInteger()),
        sa.Column("total", sa.BigInteger()),
        sa.Column("root", String),
        sa.CheckConstraint(
            "profile IN ('full', 'redacted')", name=op.f("handin_packs_profile_check")
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'making', 'done', 'failed')",
            name=op.f("handin_packs_status_check"),
        ),
        *_keys("handin_packs", "campaign_id:campaigns", "requested_by:supporters"),
        sa.PrimaryKeyConstraint("id", name=op.f("handin_packs_pkey")),
    )
    op.create_index(op.f("handin_packs_campaign_id_idx"), "handin_packs", ["campaign_id"])
    op.create_index(op.f("handin_packs_status_idx"), "handin_packs", ["status"])
    op.create_table(
        "handin_blocks",
        sa.Column("pack_id", Id, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("receipts", sa.LargeBinary(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        *_keys("handin_blocks", "pack_id:handin_packs"),
        sa.PrimaryKeyConstraint("pack_id", "place", name=op.f("handin_blocks_pkey")),
    )


def _keys(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys, each as "column:table it points to"."""
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"{table}_{column}_fkey"))
        for column, other in (one.split(":") for one in columns)
    ]
