"""Bringing a campaign's kept figures back to a fresh count."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from campaign.petition import Petition
from campaign.referrals.credit import monday_of
from storage import audit, set_aside
from storage import recount as figures
from storage.database import Connection
from storage.recount import Difference


async def differences(db: Connection, petition: Petition) -> list[Difference]:
    """What is kept otherwise than a fresh count gives it."""
    return await figures.differences(db, petition.id, _week(petition))


async def put_right(
    db: Connection, petition: Petition, actor: int | None, *, now: datetime
) -> Sequence[Difference]:
    """Bring all kept figures back to a fresh count, and note in the audit log what was changed.

    What has been put aside is tried again at the next look. Nothing is noted if all was right.

    Args:
        actor: a Telegram id; None from the command line.
        now: UTC.
    """
    changed = await figures.put_right(db, petition.id, _week(petition))
    if changed:
        await set_aside.try_again(db, now)
        await audit.append(
            db,
            at=now,
            actor=actor,
            action="figures.recounted",
            subject=f"campaign:{petition.id}",
            details={"campaign_id": petition.id, **_by_table(changed)},
        )
    return changed


def _by_table(changed: Sequence[Difference]) -> dict[str, int]:
    """How many figures of each table."""
    return dict(Counter(one.table for one in changed))


def _week(petition: Petition) -> figures.Week:
    def week(moment: datetime) -> date:
        return monday_of(moment, petition.zone)

    return week
