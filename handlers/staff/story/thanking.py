"""After the hand-in: the thank-you to every signer, written already."""

from campaign.petition import Petition
from handlers.screen import Screen
from handlers.staff.rights import may_edit
from handlers.staff.story import listing
from handlers.staff.updates import panel
from handlers.staff.updates.steering import progress
from handlers.supporter.start import front_door
from handlers.visit import Visit
from storage import broadcasts, handins


async def tapped(visit: Visit) -> Screen:
    """The draft of the thanks; how it goes, if it is on its way."""
    held = await handins.of(visit.db, int(visit.args[0]))
    petition: Petition | None = visit.petition(held.campaign_id) if held else None
    if held is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    draft = await broadcasts.of(visit.db, held.thanked_broadcast_id or 0)
    if draft is None:
        return await listing.see(visit, petition, held.event_id)
    if draft.status != "draft":
        return progress(draft, petition, visit.language, visit.now)
    return await panel.look(visit, petition, draft)
