"""Signatures collected on paper: counted in the total, each entry in the audit log."""

from datetime import datetime

from storage import audit, offline
from storage.campaigns import Totals
from storage.database import Connection
from storage.supporters import Supporter

NOTE_LIMIT = 200
LARGEST_ENTRY = 100_000


def count(text: str) -> int:
    """The number of sheets' signatures as typed; negative to correct an earlier entry.

    Raises:
        ValueError: not a whole number other than 0, or further from 0 than LARGEST_ENTRY.
    """
    number = int(text.replace(",", "").replace("−", "-"))
    if number == 0 or abs(number) > LARGEST_ENTRY:
        raise ValueError("out of range")
    return number


async def record(
    db: Connection,
    campaign_id: int,
    count: int,
    note: str,
    *,
    recorded_by: Supporter | None,
    now: datetime,
) -> Totals:
    """Add a number of paper signatures to a campaign.

    Args:
        recorded_by: None from the command line.
        now: UTC.

    Returns:
        The totals with them.

    Raises:
        ValueError: the paper total would fall below zero.
    """
    totals = await offline.add(
        db,
        campaign_id=campaign_id,
        count=count,
        note=note,
        recorded_by=recorded_by.id if recorded_by else None,
        now=now,
    )
    await audit.append(
        db,
        at=now,
        actor=recorded_by.telegram_id if recorded_by else None,
        action="offline_signatures.record",
        subject=f"campaign:{campaign_id}",
        details={"count": count},
    )
    return totals
