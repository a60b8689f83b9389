"""Audit entries about updates: who, which and to how many; never the words."""

from datetime import datetime

from storage import audit
from storage.broadcasts import Broadcast
from storage.database import Connection

ON_ITS_WAY = {"send": "sent", "correct": "corrected", "retract": "retracted"}
"""What has been done when a broadcast of that act begins."""


async def note(
    db: Connection,
    did: str,
    broadcast: Broadcast,
    by: int | None,
    *,
    now: datetime,
    count: int | None = None,
) -> None:
    """Note what somebody has done with one update.

    Args:
        did: "sent", "corrected", "retracted", "scheduled", "asked" (others to agree), "approved",
            "sent_back", "taken_back", "paused", "resumed", "retried" (for whom it had failed) or
            "cancelled".
        by: a Telegram id; None for the command line.
        now: UTC.
        count: how many people it is to reach, where that is known.
    """
    details: dict[str, object] = {"campaign_id": broadcast.campaign_id, "kind": broadcast.kind}
    if count is not None:
        details["count"] = count
    await audit.append(
        db,
        at=now,
        actor=by,
        action=f"broadcast.{did}",
        subject=f"broadcast:{broadcast.id}",
        details=details,
    )


async def note_all_paused(db: Connection, count: int, by: int | None, *, now: datetime) -> None:
    """Note that everything was stopped which was being sent or waited for its time."""
    details = {"count": count}
    action, subject = "broadcast.all_paused", "broadcasts"
    await audit.append(db, at=now, actor=by, action=action, subject=subject, details=details)
