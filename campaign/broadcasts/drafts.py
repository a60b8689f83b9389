"""Updates drafted by the bot: staff only have to send them, or they go by themselves."""

from datetime import datetime

from campaign.broadcasts import audience as audiences
from campaign.broadcasts import states
from campaign.broadcasts.content import Content
from campaign.broadcasts.terms import digest_of_titles, terms_of
from campaign.petition import Petition
from storage import audiences as found
from storage import broadcasts
from storage.addresses import EMAIL
from storage.audiences import Audience
from storage.broadcasts import Broadcast
from storage.database import Connection

TO_ALL = Audience()


async def make(
    db: Connection,
    petition: Petition,
    kind: str,
    content: Content,
    *,
    author_id: int | None,
    now: datetime,
    audience: Audience = TO_ALL,
) -> Broadcast:
    """A draft with everything chosen that staff would have to choose.

    Args:
        kind: one of campaign.broadcasts.life.KINDS.
        author_id: the supporter's id of who asked for it; None if nobody did.
        now: UTC.
    """
    definition = petition.definition
    through = await found.count_by_channel(db, petition.id, kind, audience)
    options = states.Options(
        quiet_hours=definition.quiet_hours,
        zone=definition.timezone,
        most_a_day=definition.most_a_day,
        resend_unknown=kind in definition.resend_unknown,
        expected=sum(through.values()),
        by_email=through[EMAIL],
        titles=digest_of_titles(await terms_of(db, petition.id)),
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
