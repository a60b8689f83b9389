"""Give an update another time: until that is confirmed, it keeps the one it has."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from campaign.broadcasts import agreement, quiet_hours, states, time_parser
from campaign.broadcasts.audit import note
from campaign.petition import Petition
from handlers.context import Context, Left, NotEditable, Stale
from handlers.heard import Heard
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts.approval import woken
from handlers.staff.desk import updates
from handlers.staff.desk.buttons import MoveUpdate, OpenUpdate
from handlers.staff.permissions import broadcast_as, in_hand
from storage import broadcasts
from storage.broadcasts import Broadcast

FLOW = "move"
ASKING, LOOKING = "asking", "looking"


async def move_update(context: Context, action: MoveUpdate) -> Screen:
    """Ask for the time, or take the one that has been read."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    if not states.can_move(broadcast):
        shown = await updates.sheet(context, petition, broadcast)
        return replace(shown, toast="toast/stale")
    if action.do == "ask":
        return _ask(context, petition, broadcast)
    kept = context.dialog.answers.get(FLOW) or {}
    asked = (context.dialog.flow, context.dialog.step, context.dialog.serial, kept.get("id"))
    if asked != (FLOW, LOOKING, action.serial, broadcast.id):
        if context.dialog.flow == FLOW:
            raise Stale
        shown = await updates.sheet(context, petition, broadcast)  # tapped twice, or put aside
        return replace(shown, letters=(), fresh=False, toast="toast/stale")
    return await _move(context, petition, broadcast, datetime.fromisoformat(kept["at"]))


async def _move(context: Context, petition: Petition, broadcast: Broadcast, at: datetime) -> Screen:
    if at <= context.now:
        return _not(context, petition, broadcast, "InThePast")
    me = context.supporter
    await agreement.move(context.db, broadcast.id, at, me.id, now=context.now)
    await note(context.db, "moved", broadcast, me.telegram_id, now=context.now)
    context.leave(forget=FLOW)
    context.after_commit = partial(woken, context.services, broadcast.id)
    moved = await broadcasts.of(context.db, broadcast.id) or broadcast
    shown = await updates.sheet(context, petition, moved)
    return replace(shown, letters=(), fresh=False, toast="toast/saved")


async def written(context: Context) -> Screen:
    """A text: the day and the time."""
    petition, broadcast = await _current(context)
    message = context.event.message
    try:
        when = time_parser.parse_when(
            (message.text if message else None) or "",
            now=context.now,
            zone=petition.zone,
            language=context.language,
        )
    except time_parser.WhenError as bad:
        reason = getattr(bad, "reason", "") or type(bad).__name__
        return _not(context, petition, broadcast, reason)
    return _look(context, petition, broadcast, when.at, twice=when.ambiguous)


async def edited(context: Context, _: Heard) -> Screen:
    """An edit of the day and the time, before they are confirmed."""
    if context.dialog.flow != FLOW:
        raise NotEditable
    return await written(context)


async def put_aside(context: Context) -> Screen:
    """/cancel: it keeps the time it has."""
    petition, broadcast = await _current(context)
    context.leave(forget=FLOW)
    return await updates.sheet(context, petition, broadcast)


async def present(context: Context) -> Screen:
    """Where the person is."""
    petition, broadcast = await _current(context)
    kept = context.dialog.answers[FLOW]
    if context.dialog.step == LOOKING:
        return _look(context, petition, broadcast, datetime.fromisoformat(kept["at"]))
    return _ask(context, petition, broadcast)


async def _current(context: Context) -> tuple[Petition, Broadcast]:
    """The update that is being moved.

    Raises:
        Left: it is on its way or over by now, or theirs no longer.
    """
    kept = context.dialog.answers.get(FLOW) or {}
    broadcast = await broadcasts.of(context.db, kept.get("id", 0))
    if broadcast is None or not states.can_move(broadcast):
        raise Left
    return await in_hand(context, broadcast.campaign_id), broadcast


def _ask(context: Context, petition: Petition, broadcast: Broadcast) -> Screen:
    context.go_to(petition.id, FLOW, ASKING, {"id": broadcast.id})
    return _asked(petition, broadcast, Text("desk/move", _times(petition, broadcast)))


def _not(context: Context, petition: Petition, broadcast: Broadcast, reason: str) -> Screen:
    context.go_to(petition.id, FLOW, ASKING, {"id": broadcast.id})
    return _asked(petition, broadcast, Text("broadcasts/when_not", {"reason": reason}))


def _asked(petition: Petition, broadcast: Broadcast, text: Text) -> Screen:
    return Screen(text, [[Button("back", OpenUpdate(broadcast.id))]], fresh=True)


def _look(
    context: Context,
    petition: Petition,
    broadcast: Broadcast,
    at: datetime,
    *,
    twice: bool = False,
) -> Screen:
    """Say back what has been understood, before anything is changed."""
    context.go_to(petition.id, FLOW, LOOKING, {"id": broadcast.id, "at": at.isoformat()})
    options = states.Options.from_dict(broadcast.options)
    hours = "" if options.in_quiet_hours else options.quiet_hours
    variables = {
        **_times(petition, broadcast),
        "at": at,
        "twice": twice,
        "weekly": options.weekly,
        "quiet_until": quiet_hours.quiet_until(at, hours, petition.zone),
    }
    yes = MoveUpdate(broadcast.id, context.dialog.serial, "yes")
    again = MoveUpdate(broadcast.id, context.dialog.serial, "ask")
    return Screen(
        Text("desk/move_look", variables),
        [
            [Button("desk_move_yes", yes)],
            [Button("end_again", again)],
            [Button("desk_move_no", OpenUpdate(broadcast.id))],
        ],
        fresh=True,
    )


def _times(petition: Petition, broadcast: Broadcast) -> dict[str, object]:
    return {
        "kind": broadcast.kind,
        "before": broadcast.due_at,
        "zone": petition.definition.timezone,
    }
