"""After the hand-in: the thank-you to every signer, written already."""

from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Screen
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.controls import progress
from handlers.staff.permissions import may_edit
from handlers.staff.timeline import entries
from handlers.supporter.home import front_door
from storage import broadcasts, handins


async def tapped(visit: Visit) -> Screen:
    """The draft of the thanks; how it goes, if it is on its way."""
    held = await handins.of(visit.db, int(visit.args[0]))
    petition: Petition | None = visit.petition(held.campaign_id) if held else None
    if held is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    draft = await broadcasts.of(visit.db, held.thanked_broadcast_id or 0)
    if draft is None:
        return await entries.see(visit, petition, held.event_id)
    if draft.status != "draft":
        return progress(draft, petition, visit.language, visit.now)
    return await preview.look(visit, petition, draft)
