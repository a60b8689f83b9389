"""After the hand-in: the thank-you to every signer, written already."""

from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Screen
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.controls import progress
from handlers.staff.permissions import may_edit
from handlers.staff.timeline import entries
from handlers.supporter.home import home
from storage import broadcasts, handins


async def tapped(context: Context) -> Screen:
    """The draft of the thanks; how it goes, if it is on its way."""
    held = await handins.of(context.db, int(context.args[0]))
    petition: Petition | None = context.find_petition(held.campaign_id) if held else None
    if held is None or petition is None or not await may_edit(context, petition):
        return await home(context)
    draft = await broadcasts.of(context.db, held.thanked_broadcast_id or 0)
    if draft is None:
        return await entries.see(context, petition, held.event_id)
    if draft.status != "draft":
        return progress(draft, petition, context.language, context.now)
    return await preview.show(context, petition, draft)
