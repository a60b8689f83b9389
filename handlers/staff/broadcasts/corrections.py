"""Buttons under an update that people have got: other words for it, or away with it."""

from functools import partial

from campaign.broadcasts import corrections
from campaign.broadcasts.audit import note
from campaign.petition import Petition
from handlers.context import Context
from handlers.routes import Routes
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.approval import woken
from handlers.staff.broadcasts.buttons import AmendSent
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.report import RefreshReport
from handlers.staff.broadcasts.send import place
from handlers.staff.permissions import broadcast_as
from storage import delivery_stats
from storage.broadcasts import Broadcast


async def amend(context: Context, action: AmendSent) -> Screen:
    """Correct it, or take it back; the latter asks once more."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    try:
        if action.act == "correct":
            return await _correct(context, petition, broadcast)
        return await (_retract if action.sure else _ask)(context, petition, broadcast)
    except corrections.NotPossible as problem:
        return Screen(Text("broadcasts/after_not", {"reason": problem.reason}), fresh=True)


async def _correct(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    me = context.supporter.id
    draft = await corrections.correct(context.db, broadcast.id, me, now=context.now)
    return await preview.show(context, petition, draft)


async def _ask(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    """Show what would be deleted, before it is."""
    await corrections.check(context.db, broadcast.id, "retract", now=context.now)
    sure = AmendSent(broadcast.id, "retract", "yes")
    emailed = (await delivery_stats.count_by_email(context.db, broadcast.id)).get("sent", 0)
    count = broadcast.sent - emailed
    yes = Button("retract_yes", sure, variables={"count": count})
    return Screen(
        Text("broadcasts/retract", {"count": count, "emailed": emailed}),
        [[yes], [Button("retract_no", RefreshReport(broadcast.id))]],
        letters=await preview.letters(context, petition, broadcast),
        fresh=True,
    )


async def _retract(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    me = context.supporter.id
    made = await corrections.retract(
        context.db, broadcast.id, me, now=context.now, progress=place(context)
    )
    who = context.supporter.telegram_id
    await note(context.db, "retracted", made, who, now=context.now, count=broadcast.sent)
    context.after_commit = partial(woken, context.services, made.id)
    return await progress(context.db, made, petition, context.language, context.now)


ROUTES = Routes(actions={AmendSent: amend})
