"""Consents that lose their person become those of an erased supporter, and nobody else's.

The trigger of 0013 compared the telegram_id of the new supporter, which is NULL where there is no
such row; on SQLite, a trigger whose condition is NULL does not fire. Programs that leave
`foreign_keys` off could so give consents to a number that somebody gets later.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

FIXED = ("id", "campaign_id", "purpose", "granted", "wording_id", "method", "at")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in FIXED)
    erased = "EXISTS (SELECT 1 FROM supporters WHERE id = NEW.supporter_id AND telegram_id < 0)"
    op.execute("DROP TRIGGER consents_no_update")
    op.execute(
        f"CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents WHEN NOT ({same} AND "
        f"{erased}) BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END"
    )
