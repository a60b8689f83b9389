"""A copy of an update: a new draft with the same words, for the same people."""

from datetime import datetime

from campaign.broadcasts import states
from storage import broadcast_editors, broadcasts
from storage.broadcasts import Broadcast
from storage.database import Connection


def can_copy(broadcast: Broadcast) -> bool:
    """Whether it has words of its own, and people of its own: corrections only follow others, and
    each wish for a reminder was for one message."""
    return broadcast.act == "send" and broadcast.audience.get("reminder_of") is None


async def copy(db: Connection, broadcast: Broadcast, author_id: int, *, now: datetime) -> Broadcast:
    """Make a draft of it. Who has worked on the first has worked on the copy, and cannot agree to
    their own words.

    Args:
        author_id: the supporter's id of who copies it.
        now: UTC.
    """
    made = await broadcasts.add(
        db,
        campaign_id=broadcast.campaign_id,
        kind=broadcast.kind,
        author_id=author_id,
        content=broadcast.content,
        audience=broadcast.audience,
        options=states.Options().to_dict(),
        now=now,
    )
    await broadcast_editors.copy(db, broadcast.id, made.id)
    if broadcast.author_id is not None:
        await broadcast_editors.add(db, made.id, broadcast.author_id, now)
    return made
