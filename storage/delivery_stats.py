"""Results of a broadcast: counts, reasons, and the signatures that followed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, literal_column, select

from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.tables import deliveries as table
from storage.tables import signatures


async def count_by_status(db: Connection, broadcast_id: int) -> Mapping[str, int]:
    """A fresh count, to compare the kept one with."""
    rows = await db.execute(
        select(table.c.status, func.count())
        .where(table.c.broadcast_id == broadcast_id)
        .group_by(table.c.status)
    )
    return {row[0]: row[1] for row in rows}


async def count_by_email(db: Connection, broadcast_id: int) -> Mapping[str, int]:
    """The same of what goes by email."""
    rows = await db.execute(
        select(table.c.status, func.count())
        .where(table.c.broadcast_id == broadcast_id, table.c.channel == literal_column("'email'"))
        .group_by(table.c.status)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Emails:
    """How the emails of a broadcast are getting on.

    Attributes:
        total: so far; sent: which the mail server has taken and nobody has returned.
        refused: which the mail server has not taken, for good; returned: which came back.
    """

    total: int = 0
    sent: int = 0
    refused: int = 0
    returned: int = 0
    unknown: int = 0


_RETURNED = "returned"
_BY_EMAIL = table.c.channel == literal_column("'email'")
_HOW = case((table.c.reason == "bounced", _RETURNED), else_=table.c.status)


async def emails_of(db: Connection, broadcast_id: int) -> Emails:
    """A fresh count. It walks them all: about a tenth of a second for 100,000."""
    rows = await db.execute(
        select(_HOW, func.count())
        .where(table.c.broadcast_id == broadcast_id, _BY_EMAIL)
        .group_by(_HOW)
    )
    found = {row[0]: row[1] for row in rows}
    return Emails(
        total=sum(found.values()),
        sent=found.get("sent", 0),
        refused=found.get("unreachable", 0) + found.get("failed", 0),
        returned=found.get(_RETURNED, 0),
        unknown=found.get("unknown", 0),
    )


async def reasons(db: Connection, broadcast_id: int, limit: int) -> list[tuple[str, int]]:
    """Why deliveries have failed, the most frequent reason first."""
    count = func.count()
    rows = await db.execute(
        select(table.c.reason, count)
        .where(table.c.broadcast_id == broadcast_id, table.c.status == "failed")
        .group_by(table.c.reason)
        .order_by(count.desc(), table.c.reason)
        .limit(limit)
    )
    return [(row[0] or "", row[1]) for row in rows]


async def signed_after(db: Connection, broadcast: Broadcast) -> int:
    """How many of those it reached have signed after that, and not withdrawn."""
    if broadcast.started_at is None:
        return 0
    found = await db.scalar(
        select(func.count())
        .select_from(signatures)
        .join(
            table,
            (table.c.supporter_id == signatures.c.supporter_id)
            & (table.c.broadcast_id == broadcast.id),
        )
        .where(
            signatures.c.campaign_id == broadcast.campaign_id,
            signatures.c.status == "live",
            signatures.c.signed_at >= broadcast.started_at,
            table.c.status == "sent",
            signatures.c.signed_at >= table.c.at,
        )
    )
    return found or 0
