"""Erasing people: what was erased when, tombstones, retention, and consents without the person.

A row of `consents` stays evidence: all that may change of it is whose it was, and only to somebody
who has been erased (a Telegram number below zero).
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FIXED = ("id", "campaign_id", "purpose", "granted", "wording_id", "method", "at")


def upgrade() -> None:
    op.add_column("signatures", sa.Column("erased_at", UtcDateTime, nullable=True))
    op.create_table(
        "data_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("supporter_id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("data_requests_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("data_requests_pkey")),
    )
    op.create_index(
        op.f("data_requests_supporter_id_at_idx"), "data_requests", ["supporter_id", "at"]
    )
    op.create_table(
        "tombstones",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("hash", "at", name=op.f("tombstones_pkey")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("settings_pkey")),
    )
    op.create_table(
        "retention",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("closed_at", UtcDateTime, nullable=False),
        sa.Column("announced_at", UtcDateTime, nullable=True),
        sa.Column("postponed_to", UtcDateTime, nullable=True),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("retention_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("retention_pkey")),
    )
    _let_consents_lose_their_person()


# ruff: noqa: S608 - of FIXED
def _let_consents_lose_their_person() -> None:
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in FIXED)
        op.execute("DROP TRIGGER consents_no_update")
        op.execute(
            f"CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents WHEN NOT ({same} AND "
            "(SELECT telegram_id FROM supporters WHERE id = NEW.supporter_id) < 0) "
            "BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END"
        )
        return
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in FIXED)
    op.execute("DROP TRIGGER consents_append_only ON consents")
    op.execute(
        "CREATE TRIGGER consents_append_only BEFORE DELETE OR TRUNCATE ON consents "
        "FOR EACH STATEMENT EXECUTE FUNCTION consents_append_only()"
    )
    op.execute(
        "CREATE FUNCTION consents_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {same} AND (SELECT telegram_id FROM supporters WHERE id = NEW.supporter_id) < 0 "
        "THEN RETURN NEW; END IF; RAISE EXCEPTION 'consents is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER consents_keep BEFORE UPDATE ON consents "
        "FOR EACH ROW EXECUTE FUNCTION consents_keep()"
    )
