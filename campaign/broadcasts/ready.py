"""Updates that are made by the campaign itself, ready to be sent: with all that staff would choose
by hand."""

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

EVERYONE = Audience()


async def make(
    db: Connection,
    petition: Petition,
    kind: str,
    content: Content,
    *,
    author_id: int | None,
    now: datetime,
    audience: Audience = EVERYONE,
) -> Broadcast:
    """A draft with the campaign's quiet hours, zone and most updates a day; it is not sent yet.

    Args:
        kind: one of campaign.broadcasts.life.KINDS.
        author_id: the supporter who writes it; None for the campaign itself.
        now: UTC.
    """
    definition = petition.definition
    options = Options(
        quiet_hours=definition.quiet_hours,
        zone=definition.timezone,
        most_a_day=definition.most_a_day,
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
