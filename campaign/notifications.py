"""Add notifications to the outbox, which `bot/jobs/notifications.py` sends."""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

from campaign.staff import working
from storage import notifications
from storage.database import Connection
from storage.notifications import Buttons


async def notify_staff(
    db: Connection,
    campaign_id: int | None,
    least_role: str,
    template: str,
    *,
    now: datetime,
    but: Container[int | None] = (),
    subject_id: int | None = None,
    variables: Mapping[str, Any] | None = None,
    buttons: Buttons = (),
    dedupe_key: str | None = None,
) -> int:
    """Tell everybody with this role or a higher one in a campaign, and who has it still by then.

    Args:
        campaign_id: None for all campaigns.
        now: UTC.
        but: Telegram ids of people who know already.
        subject_id, variables, buttons, dedupe_key: as `storage.notifications.add` takes them.

    Returns:
        How many people.
    """
    members = await working(db, campaign_id, least_role)
    people = [one.telegram_id for one in members if one.telegram_id not in but]
    await notifications.add(
        db,
        people,
        template,
        campaign_id=campaign_id,
        subject_id=subject_id,
        variables=variables,
        buttons=buttons,
        least_role=least_role,
        dedupe_key=dedupe_key,
        now=now,
    )
    return len(people)
