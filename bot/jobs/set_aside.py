"""Jobs that end the process they run in: after two attempts they are put aside, and staff are told.

An attempt is counted before it begins and given back when it is broken off for another reason, so
what brings the process down is not begun for ever, not after a restart either.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from campaign.notifications import notify_staff
from storage import notifications, supporters
from storage.database import Connection

log = structlog.get_logger()

MOST_ATTEMPTS = 2


async def notify_set_aside(
    db: Connection,
    template: str,
    variables: Mapping[str, Any],
    *,
    campaign_id: int,
    requested_by: int | None,
    job: str,
    now: datetime,
) -> None:
    """Notify the person who asked for a job, and the campaign's owners, that it has been put aside.

    Args:
        requested_by: a supporter's id.
        job: kind and number; each person is notified of it once.
        now: UTC.
    """
    log.error("job put aside", job=job, campaign_id=campaign_id)
    dedupe_key = f"aside:{job}"
    await notify_staff(
        db, campaign_id, "owner", template, variables=variables, dedupe_key=dedupe_key, now=now
    )
    asker = await supporters.by_id(db, requested_by or 0)
    await notifications.add(
        db,
        [asker.telegram_id] if asker else [],
        template,
        campaign_id=campaign_id,
        variables=variables,
        dedupe_key=dedupe_key,
        now=now,
    )
