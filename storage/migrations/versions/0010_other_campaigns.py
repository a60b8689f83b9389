"""Several campaigns: who agreed to hear of others, and which are run by the same controllers."""

import sqlalchemy as sa
from alembic import op

from storage.campaigns import controllers_key
from storage.types import Id, Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = "'news', 'milestone', 'endorsement', 'media', 'event', 'decision', 'thanks', 'campaign'"


def upgrade() -> None:
    op.create_table(
        "other_campaigns",
        sa.Column("supporter_id", Id, autoincrement=False, nullable=False),
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("other_campaigns_campaign_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("other_campaigns_supporter_id_fkey")
        ),
        sa.PrimaryKeyConstraint("supporter_id", "campaign_id", name=op.f("other_campaigns_pkey")),
    )
    _fill_from_the_ledger()
    op.add_column("campaigns", sa.Column("controllers_key", sa.Text(), nullable=True))
    _name_the_controllers()
    with op.batch_alter_table("broadcasts") as broadcasts:
        broadcasts.drop_constraint(op.f("broadcasts_kind_check"), type_="check")
        broadcasts.create_check_constraint(op.f("broadcasts_kind_check"), f"kind IN ({KINDS})")


def _fill_from_the_ledger() -> None:
    op.execute(
        "INSERT INTO other_campaigns (supporter_id, campaign_id, since) "
        "SELECT supporter_id, campaign_id, at FROM consents WHERE granted AND id IN ("
        "SELECT max(id) FROM consents WHERE purpose = 'other_campaigns' "
        "AND campaign_id IS NOT NULL GROUP BY supporter_id, campaign_id)"
    )


def _name_the_controllers() -> None:
    campaigns = sa.table(
        "campaigns",
        sa.column("id", Id),
        sa.column("definition", Json),
        sa.column("controllers_key", sa.Text()),
    )
    db = op.get_bind()
    for campaign_id, definition in db.execute(sa.select(campaigns.c.id, campaigns.c.definition)):
        db.execute(
            sa.update(campaigns)
            .where(campaigns.c.id == campaign_id)
            .values(controllers_key=controllers_key(definition))
        )
