"""Evidence that no statement can rewrite, rows put aside, and a gate for sealing the ledger; which
figures of areas the world sees.

SQLite's REPLACE deletes rows without asking the triggers of 0001 where `recursive_triggers` is off,
as it is for every program but ours. So a trigger before each INSERT refuses what would take the
place of a row. More of what is evidence is now guarded: entries of paper signatures,
hand-ins that have been held, packs that have been made, and the histories of dates.

On PostgreSQL, each INSERT into `consents` and `wordings` holds a shared advisory lock until it is
committed. Who takes it alone for a moment knows that no row of a lower number is still to come
(storage/evidence.py). It costs nobody a round trip.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

GATE = 7_205_759_403_801

# Of each table: what is unique beside its rowid, and whether our own INSERT passes over a row that
# is there (then it is passed over, and else refused).
KEYS = {
    "audit_log": ((("hash",), False),),
    "consents": (),
    "wordings": ((("campaign_id", "kind", "language", "version"), True),),
    "offline_signatures": ((("undoes_id",), False),),
    "handins": ((("event_id",), False),),
    "handin_packs": (),
    "handin_blocks": ((("pack_id", "place"), False),),
    "handin_dates": (),
    "decision_dates": (),
}
ONLY_ADDED = ("handin_dates", "decision_dates")
# What stays of rows that are otherwise changed, and from when on.
FIXED = {
    "offline_signatures": (
        "TRUE",
        ("id", "campaign_id", "count", "recorded_at", "collected_on", "undoes_id"),
    ),
    "handins": (
        "OLD.state = 'held'",
        (
            *("id", "campaign_id", "event_id", "state", "at", "closes_signing"),
            *("total", "live", "offline", "frozen_at"),
        ),
    ),
    "handin_packs": (
        "OLD.status = 'done'",
        (
            *("id", "campaign_id", "profile", "status", "salt_key", "requested_at", "ended_at"),
            *("signatures", "total", "root"),
        ),
    ),
}
OF_A_PACK_DONE = "(SELECT status FROM handin_packs WHERE id = OLD.pack_id) = 'done'"


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("subject_id", Id, autoincrement=False, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("tried_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("work", "subject_id", name=op.f("set_aside_pkey")),
    )
    op.add_column("signature_areas", sa.Column("shown", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


# ruff: noqa: S608 - of our own names
def _guard_sqlite() -> None:
    for table, keys in KEYS.items():
        _refuse_over(table, "rowid", ("rowid",), passed_over=False)
        for number, (columns, passed_over) in enumerate(keys):
            _refuse_over(table, f"key{number}", columns, passed_over=passed_over)
    for table in ONLY_ADDED:
        _refuse(table, "update", "UPDATE")
        _refuse(table, "delete", "DELETE")
    for table, (when, columns) in FIXED.items():
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns)
        _refuse(table, "update", "UPDATE", f"{when} AND NOT ({same})")
        _refuse(table, "delete", "DELETE", when)
    for act in ("update", "delete"):
        _refuse("handin_blocks", act, act.upper(), OF_A_PACK_DONE)
    for table in (*FIXED, "handin_blocks"):
        names = ("rowid", *(name for columns, _ in KEYS[table] for name in columns))
        moved = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in names)
        _refuse(table, "move", "UPDATE", moved)  # UPDATE OR REPLACE takes another's place


def _refuse_over(table: str, name: str, columns: tuple[str, ...], *, passed_over: bool) -> None:
    """Let no INSERT take the place of a row; one that passes over rows passes over it as before."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
    act = "RAISE(IGNORE)" if passed_over else f"RAISE(ABORT, '{table} is append-only')"
    op.execute(
        f"CREATE TRIGGER {table}_no_{name}_over BEFORE INSERT ON {table} WHEN {there} "
        f"BEGIN SELECT {act}; END"
    )


def _refuse(table: str, name: str, act: str, when: str = "TRUE") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION evidence_refused() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    refused = "EXECUTE FUNCTION evidence_refused()"
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {refused}"
        )
    for table in (*FIXED, "handin_blocks"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {refused}"
        )
    for table, (when, columns) in FIXED.items():
        same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in columns)
        op.execute(
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({when} AND NOT ({same})) {refused}"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
            f"WHEN ({when}) {refused}"
        )
    _guard_blocks()
    op.execute(
        "CREATE FUNCTION evidence_gate() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NULL; END $$"
    )
    for table in ("consents", "wordings"):
        op.execute(
            f"CREATE TRIGGER {table}_gate BEFORE INSERT ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION evidence_gate()"
        )


def _guard_blocks() -> None:
    """A trigger's WHEN may not ask another table here, so the function does."""
    op.execute(
        "CREATE FUNCTION handin_blocks_keep() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF (SELECT status FROM handin_packs WHERE id = OLD.pack_id) = 'done' THEN "
        "RAISE EXCEPTION 'handin_blocks is append-only'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER handin_blocks_keep BEFORE UPDATE OR DELETE ON handin_blocks "
        "FOR EACH ROW EXECUTE FUNCTION handin_blocks_keep()"
    )
