"""After the hand-in: the thank-you to every signer, written already."""

from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Screen
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.controls import progress
from handlers.staff.permissions import petition_as
from handlers.staff.timeline import overview
from storage import broadcasts, handins


class ShowThanks(Action, prefix="thanks"):
    handin_id: int


async def show(context: Context, action: ShowThanks) -> Screen:
    """The draft of the thanks; how it goes, if it is on its way."""
    held = await handins.of(context.db, action.handin_id)
    if held is None:
        raise Gone
    petition = await petition_as(context, held.campaign_id, "editor")
    draft = await broadcasts.of(context.db, held.thanked_broadcast_id or 0)
    if draft is None:
        return await overview.see(context, petition, held.event_id)
    if draft.status != "draft":
        return await progress(context.db, draft, petition, context.language, context.now)
    return await preview.show(context, petition, draft)


ROUTES = Routes(actions={ShowThanks: show})
