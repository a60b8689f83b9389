"""Updates that are written already: staff look at them, and send them or not."""

from datetime import datetime

from campaign.broadcasts import audience as audiences
from campaign.broadcasts.content import Content
from campaign.broadcasts.life import Options
from campaign.petition import Petition
from storage import audiences as found
from storage import broadcasts
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection

EVERYBODY = Audience()


async def make(
    db: Connection,
    petition: Petition,
    kind: str,
    content: Content,
    *,
    author_id: int | None,
    now: datetime,
    audience: Audience = EVERYBODY,
) -> Broadcast:
    """A draft that could be started as it is, with the campaign's own options.

    Args:
        author_id: the supporter who is its author; None if the bot wrote it by itself.
        now: UTC.
    """
    options = Options(
        quiet_hours=petition.definition.quiet_hours,
        zone=petition.definition.timezone,
        most_a_day=petition.definition.most_a_day,
        expected=await found.count(db, petition.id, kind, audience),
    )
    return await broadcasts.add(
        db,
        campaign_id=petition.id,
        kind=kind,
        author_id=author_id,
        content=content.to_dict(),
        audience=audiences.to_dict(audience),
        options=options.to_dict(),
        now=now,
    )
