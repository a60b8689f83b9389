"""The audit log as a chain of hashes, with what it holds already chained first."""

import sqlalchemy as sa
from alembic import op

from storage.audit_chain import GENESIS, Entry, link
from storage.types import Id, Json, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

audit_log = sa.table(
    "audit_log",
    sa.column("id", Id),
    sa.column("at", UtcDateTime),
    sa.column("actor", sa.BigInteger()),
    sa.column("action", sa.Text()),
    sa.column("subject", sa.Text()),
    sa.column("details", Json),
    sa.column("previous_hash", sa.Text()),
    sa.column("hash", sa.Text()),
)


def upgrade() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("audit_head_id_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_head_pkey")),
    )
    for name in ("previous_hash", "hash"):
        op.add_column("audit_log", sa.Column(name, sa.Text(), nullable=True))
    _lift_guard()
    rows, last_id, running = _chain()
    with op.batch_alter_table("audit_log") as log:
        log.alter_column("previous_hash", existing_type=sa.Text(), nullable=False)
        log.alter_column("hash", existing_type=sa.Text(), nullable=False)
        log.create_unique_constraint(op.f("audit_log_hash_key"), ["hash"])
    _guard_again()
    op.bulk_insert(head, [{"id": 1, "rows": rows, "last_id": last_id, "hash": running}])


def _chain() -> tuple[int, int, str]:
    """Give every row its hashes; says how many there are, the last number, and the last hash."""
    db, rows, last_id, running = op.get_bind(), 0, 0, GENESIS
    columns = [audit_log.c[name] for name in Entry.__slots__]
    for row in db.execute(sa.select(*columns).order_by(audit_log.c.id)).all():
        entry = Entry(*row)
        made = link(running, entry)
        db.execute(
            sa.update(audit_log)
            .where(audit_log.c.id == entry.id)
            .values(previous_hash=running, hash=made)
        )
        rows, last_id, running = rows + 1, entry.id, made
    return rows, last_id, running


def _lift_guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_log_no_{act}")
    else:
        op.execute("ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only")


def _guard_again() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_log_no_{act.lower()} BEFORE {act} ON audit_log "
                "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END"
            )
    else:
        op.execute("ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only")
