"""A table that was looked at becomes a number in the total, with its file's name as the source.

The rows are not kept. Who signed on paper has agreed to that sheet's purpose, not to being in this
database; the total needs only how many (GDPR Art. 5(1)(c)), and the sheets go to the target.
"""

from datetime import datetime

from campaign.definition.model import Definition
from campaign.errors import CampaignError
from campaign.paper import entries
from campaign.paper.report import Report
from storage import paper_entries, paper_imports
from storage.campaigns import Totals
from storage.database import Connection
from storage.paper_imports import Import
from storage.supporters import Supporter


class NotCountable(CampaignError):
    """It is counted already, thrown away, has open questions, or nothing in it can be counted."""


def report_of(table: Import) -> Report | None:
    """What was found in a table; None if it has to be read (again)."""
    try:
        return Report.from_dict(table.report) if table.report else None
    except KeyError:
        return None


def needs_postcode(definition: Definition) -> bool:
    """Whether nobody signs this campaign without a postcode."""
    return any(asked.kind == "postcode" and asked.required for asked in definition.fields)


async def count(
    db: Connection,
    table: Import,
    number: int | None = None,
    *,
    counted_by: Supporter | None,
    now: datetime,
) -> Totals:
    """Count what counts of a table by the answers to its doubts, once.

    Args:
        number: how many were to be counted when that was agreed to; None: however many there are.

    Raises:
        NotCountable: nothing has changed.
    """
    report, answers = report_of(table), table.answers or {}
    if report is None or not report.is_answered(answers):
        raise NotCountable
    good = report.total(answers)
    if await paper_imports.counted_before(db, table.campaign_id, table.sha256 or ""):
        raise NotCountable
    if not good or number not in (None, good):
        raise NotCountable
    if not await paper_imports.move(db, table.id, ("looked",), "counted"):
        raise NotCountable
    note = table.file_name[: entries.NOTE_LIMIT]
    totals = await entries.record(
        db, table.campaign_id, good, note, recorded_by=counted_by, now=now
    )
    entry = await paper_entries.last_id(db, table.campaign_id)
    await paper_imports.move(db, table.id, ("counted",), "counted", entry_id=entry)
    return totals
