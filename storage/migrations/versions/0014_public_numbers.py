"""How many have signed in each postcode area, when a count last changed, and what owners have been
alerted to."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

from storage.areas import area_of
from storage.types import Id, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    areas = op.create_table(
        "signature_areas",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("signature_areas_count_check")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("signature_areas_campaign_id_fkey")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "area", name=op.f("signature_areas_pkey")),
    )
    op.create_table(
        "alerts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("told_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("alerts_pkey")),
    )
    op.add_column("campaign_totals", sa.Column("changed_at", UtcDateTime, nullable=True))
    _date_the_totals()
    _fill(areas)


def _date_the_totals() -> None:
    op.execute(
        "UPDATE campaign_totals SET changed_at = (SELECT max(at) FROM ("
        "SELECT max(signed_at) AS at FROM signatures"
        " WHERE signatures.campaign_id = campaign_totals.campaign_id"
        " UNION ALL SELECT max(withdrawn_at) FROM signatures"
        " WHERE signatures.campaign_id = campaign_totals.campaign_id"
        " UNION ALL SELECT max(recorded_at) FROM offline_signatures"
        " WHERE offline_signatures.campaign_id = campaign_totals.campaign_id) AS moments)"
    )


def _fill(areas: sa.Table) -> None:
    counted: Counter[tuple[int, str]] = Counter()
    rows = op.get_bind().execute(
        sa.text(
            "SELECT campaign_id, postcode, count(*) FROM signatures "
            "WHERE status = 'live' AND postcode IS NOT NULL GROUP BY campaign_id, postcode"
        )
    )
    for campaign_id, postcode, count in rows:
        if area := area_of(postcode):
            counted[campaign_id, area] += count
    if counted:
        op.bulk_insert(
            areas,
            [
                {"campaign_id": campaign_id, "area": area, "count": count}
                for (campaign_id, area), count in sorted(counted.items())
            ],
        )
