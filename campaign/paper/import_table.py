"""A table that was looked at becomes a number in the total, with its file's name as the source.

The rows are not kept. Who signed on paper has agreed to that sheet's purpose, not to being in this
database; the total needs only how many (GDPR Art. 5(1)(c)), and the sheets go to the target.
"""

from datetime import datetime

from campaign.errors import CampaignError
from campaign.paper import entries
from campaign.paper.check_table import Report
from storage import paper_entries, paper_imports
from storage.campaigns import Totals
from storage.database import Connection
from storage.paper_imports import Import
from storage.supporters import Supporter


class NotCountable(CampaignError):
    """It is counted already, thrown away, or nothing in it can be counted."""


async def count(
    db: Connection, table: Import, *, counted_by: Supporter | None, now: datetime
) -> Totals:
    """Count the good rows of a table, once.

    Raises:
        NotCountable: nothing has changed.
    """
    good = Report.from_dict(table.report).good if table.report else 0
    if await paper_imports.counted_before(db, table.campaign_id, table.sha256 or ""):
        raise NotCountable
    if not good or not await paper_imports.move(db, table.id, ("looked",), "counted"):
        raise NotCountable
    note = table.file_name[: entries.NOTE_LIMIT]
    totals = await entries.record(
        db, table.campaign_id, good, note, recorded_by=counted_by, now=now
    )
    entry = await paper_entries.last_id(db, table.campaign_id)
    await paper_imports.move(db, table.id, ("counted",), "counted", entry_id=entry)
    return totals
