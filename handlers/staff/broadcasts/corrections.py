"""Buttons under an update that people have got: other words for it, or away with it."""

from functools import partial

from campaign.broadcasts import corrections
from campaign.broadcasts.audit import note
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.approval import woken
from handlers.staff.broadcasts.controls import progress
from handlers.staff.broadcasts.send import place
from handlers.staff.permissions import may_edit
from handlers.supporter.home import front_door
from storage import broadcasts
from storage.broadcasts import Broadcast


async def tapped(visit: Visit) -> Screen:
    """Correct it, or take it back; the latter asks once more."""
    broadcast_id, act, sure = int(visit.args[0]), visit.args[1], visit.args[2] == "yes"
    broadcast = await broadcasts.of(visit.db, broadcast_id)
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    try:
        if act == "correct":
            return await _correct(visit, petition, broadcast)
        return await (_retract if sure else _ask)(visit, petition, broadcast)
    except corrections.NotPossible as problem:
        return Screen(Text("update/after_not", {"reason": problem.reason}), fresh=True)


async def _correct(visit: Visit, petition: Petition, broadcast: Broadcast) -> Screen:
    me = visit.supporter.id
    draft = await corrections.correct(visit.db, broadcast.id, me, now=visit.now)
    return await preview.look(visit, petition, draft)


async def _ask(visit: Visit, _: Petition, broadcast: Broadcast) -> Screen:
    await corrections.check(visit.db, broadcast.id, "retract", now=visit.now)
    yes = Button(
        "retract_yes", f"after:{broadcast.id}:retract:yes", variables={"count": broadcast.sent}
    )
    return Screen(Text("update/retract", {"count": broadcast.sent}), [[yes]], fresh=True)


async def _retract(visit: Visit, petition: Petition, broadcast: Broadcast) -> Screen:
    me = visit.supporter.id
    made = await corrections.retract(
        visit.db, broadcast.id, me, now=visit.now, progress=place(visit)
    )
    who = visit.supporter.telegram_id
    await note(visit.db, "retracted", made, who, now=visit.now, count=broadcast.sent)
    visit.after_commit = partial(woken, visit.house, made.id)
    return progress(made, petition, visit.language, visit.now)
