"""Signatures collected on paper: counted in the total, each entry in the audit log."""

from datetime import date, datetime

from campaign.errors import CampaignError
from storage import audit, paper_entries, paper_imports
from storage.campaigns import Totals
from storage.database import Connection
from storage.paper_entries import Entry, UndoneAlready
from storage.supporters import Supporter

__all__ = ["GoneAlready", "UndoneAlready", "record", "undo"]

NOTE_LIMIT = 200


class GoneAlready(CampaignError):
    """Taking these back would leave fewer than no signatures on paper."""


async def record(
    db: Connection,
    campaign_id: int,
    count: int,
    note: str,
    *,
    recorded_by: Supporter | None,
    now: datetime,
    collected_on: date | None = None,
    photo: str | None = None,
) -> Totals:
    """Add a number of paper signatures to a campaign.

    Args:
        recorded_by: None from the command line.
        now: UTC.
        photo: Telegram's id of a picture of the sheet.

    Returns:
        The totals with them.

    Raises:
        ValueError: the paper total would fall below zero.
    """
    totals = await paper_entries.add(
        db,
        campaign_id=campaign_id,
        count=count,
        note=note,
        recorded_by=recorded_by.id if recorded_by else None,
        now=now,
        collected_on=collected_on,
        photo=photo,
    )
    details = {"count": count}
    await _note(db, "offline_signatures.record", campaign_id, recorded_by, details, now)
    return totals


async def undo(
    db: Connection, entry: Entry, *, undone_by: Supporter | None, now: datetime
) -> Totals:
    """Take an entry back by another of as many the other way; both stay to be seen.

    Raises:
        UndoneAlready: nothing has changed.
        GoneAlready: other corrections have taken them off already.
    """
    try:
        totals = await paper_entries.add(
            db,
            campaign_id=entry.campaign_id,
            count=-entry.count,
            note=entry.note,
            recorded_by=undone_by.id if undone_by else None,
            now=now,
            undoes_id=entry.id,
        )
    except ValueError:
        raise GoneAlready from None
    await paper_imports.undone(db, entry.id)
    details = {"count": -entry.count, "undoes": entry.id}
    await _note(db, "offline_signatures.undo", entry.campaign_id, undone_by, details, now)
    return totals


async def _note(
    db: Connection,
    action: str,
    campaign_id: int,
    by: Supporter | None,
    details: dict[str, int],
    now: datetime,
) -> None:
    await audit.append(
        db,
        at=now,
        actor=by.telegram_id if by else None,
        action=action,
        subject=f"campaign:{campaign_id}",
        details=details,
    )
