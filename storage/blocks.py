"""Accounts that cannot sign, in one campaign or in all, and whose links bring no credit there."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, literal, or_, select

from storage.database import Connection
from storage.tables import blocks as table
from storage.tables import signatures
from storage.upsert import insert_if_absent

_HOLDS = (table.c.supporter_id == bindparam("who")) & or_(
    table.c.campaign_id == bindparam("campaign"), table.c.campaign_id.is_(None)
)
_IS_BLOCKED = select(literal(1)).where(_HOLDS).limit(1)
_IS_BLOCKED_EVERYWHERE = select(literal(1)).where(
    table.c.supporter_id == bindparam("who"), table.c.campaign_id.is_(None)
)


async def add(
    db: Connection, supporter_id: int, campaign_id: int | None, by: int | None, now: datetime
) -> bool:
    """Block an account in a campaign, or in all (None); False if it is already.

    Args:
        by: a Telegram id; None for the terminal.
    """
    made = await db.execute(
        insert_if_absent(db, table, table.c.id),
        {
            "supporter_id": supporter_id,
            "campaign_id": campaign_id,
            "blocked_by": by,
            "blocked_at": now,
        },
    )
    return made.scalar_one_or_none() is not None


async def remove(db: Connection, supporter_id: int, campaign_id: int | None) -> bool:
    """Take a block of one campaign back, or that of all (None); False if there is none."""
    done = await db.execute(
        delete(table).where(
            table.c.supporter_id == supporter_id,
            table.c.campaign_id.is_not_distinct_from(campaign_id),
        )
    )
    return bool(done.rowcount)


async def is_blocked(db: Connection, supporter_id: int, campaign_id: int) -> bool:
    """Whether the account is blocked in this campaign, or in all."""
    given = {"who": supporter_id, "campaign": campaign_id}
    return await db.scalar(_IS_BLOCKED, given) is not None


async def is_blocked_everywhere(db: Connection, supporter_id: int) -> bool:
    """Whether the account is blocked in all campaigns."""
    return await db.scalar(_IS_BLOCKED_EVERYWHERE, {"who": supporter_id}) is not None


async def numbers(db: Connection, campaign_id: int, limit: int) -> list[tuple[int, bool]]:
    """The signatures of blocked accounts in a campaign, newest block first.

    Returns:
        Receipt numbers, and whether each account is blocked in all campaigns.
    """
    rows = await db.execute(
        select(signatures.c.number, table.c.campaign_id.is_(None))
        .join(signatures, signatures.c.supporter_id == table.c.supporter_id)
        .where(signatures.c.campaign_id == campaign_id, _in(campaign_id))
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [(number, bool(everywhere)) for number, everywhere in rows]


def _in(campaign_id: int) -> ColumnElement[bool]:
    return or_(table.c.campaign_id == campaign_id, table.c.campaign_id.is_(None))
