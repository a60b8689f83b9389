"""Buttons under an update that was sent to many; the update itself stays as it is."""

from dataclasses import replace

from campaign import subscriptions
from campaign.petition import Petition
from handlers.context import Context, Gone
from handlers.routes import Routes
from handlers.screens import Screen, Text
from handlers.supporter import share
from handlers.supporter import subscriptions as switches
from handlers.supporter.buttons import FromUpdate, Hear, Updates
from handlers.supporter.signing import form
from handlers.supporter.timeline import remind_of_next
from storage import broadcast_taps, broadcasts
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast


async def answer(context: Context, action: FromUpdate) -> Screen:
    """A button under an update that was sent to many; the update itself stays as it is."""
    broadcast = await broadcasts.of(context.db, action.broadcast_id)
    if broadcast is None:
        raise Gone
    leaves = broadcast.kind == ANNOUNCEMENT and action.do in ("kind", "stop")
    wanted = None if leaves else context.petition(broadcast.campaign_id)
    me = context.supporter.id
    await broadcast_taps.note(context.db, broadcast.id, me, action.do, context.now)
    if wanted is None:
        screen = await _leave(context, broadcast, action)
    else:
        screen = await _respond(context, wanted, broadcast.kind, action)
    return replace(screen, fresh=True)


async def _respond(context: Context, petition: Petition, kind: str, action: FromUpdate) -> Screen:
    match action.do:
        case "sign":
            return await form.begin_with(context, petition)
        case "share":
            return await share.page(context, petition)
        case "kind":
            return await switches.choose_kind(context, Hear(petition.id, kind, "off"))
        case "stop":
            return await switches.choose(context, Updates(petition.id, "off"))
        case "remind":
            return await remind_of_next(context, petition)


async def _leave(context: Context, broadcast: Broadcast, action: FromUpdate) -> Screen:
    """Out of the news of other campaigns, or out of everything; published still or not."""
    me = context.supporter
    if action.do == "stop":
        return await switches.stopped(context, "button")
    await subscriptions.hear_of_no_others(context.db, broadcast.campaign_id, me, now=context.now)
    return Screen(Text("subscriptions/no_others"))


ROUTES = Routes(actions={FromUpdate: answer})
