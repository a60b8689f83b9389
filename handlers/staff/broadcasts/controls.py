"""An update on its way: how far it has come, and pausing, resuming and cancelling it."""

import math
from datetime import datetime
from functools import partial

from campaign.broadcasts import agreement, corrections, states
from campaign.broadcasts.audit import note, note_all_paused
from campaign.petition import Petition
from handlers.context import Visit
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.permissions import may_edit, may_own
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import front_door
from storage import broadcast_editors, broadcasts
from storage.broadcasts import Broadcast

_DONE = {"pause": "paused", "resume": "resumed", "edit": "taken_back", "cancel": "cancelled"}


async def steered(visit: Visit) -> Screen:
    """Pause, resume, cancel, or change after all: buttons under the progress of a broadcast."""
    broadcast_id, act = int(visit.args[0]), visit.args[1]
    broadcast = await broadcasts.of(visit.db, broadcast_id)
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    done = await _steer(visit, broadcast, act)
    visit.after_commit = partial(_wake, visit)
    now = await broadcasts.of(visit.db, broadcast_id) or broadcast
    if done and act == "edit":
        return await preview.look(visit, petition, now)
    return progress(now, petition, visit.language, visit.now)


async def _steer(visit: Visit, broadcast: Broadcast, act: str) -> bool:
    """Do it and note it; False if it cannot be done any more."""
    did = _DONE[act]
    try:
        match act:
            case "pause":
                await states.pause(visit.db, broadcast.id)
            case "resume":
                goes_on = await agreement.resume(visit.db, broadcast.id, now=visit.now)
                did = did if goes_on else "asked"
            case "edit":
                await states.take_back(visit.db, broadcast.id, now=visit.now)
                await broadcast_editors.add(visit.db, broadcast.id, visit.supporter.id, visit.now)
            case "cancel":
                await states.cancel(visit.db, broadcast.id, now=visit.now)
    except states.NotInThatState:
        return False
    who = visit.supporter.telegram_id
    await note(visit.db, did, broadcast, who, now=visit.now)
    return True


def _wake(visit: Visit) -> None:
    visit.house.dispatch_woken.set()
    visit.house.dates_due.set()


async def stop_all(visit: Visit) -> Screen:
    """/stopall: halt everything that is being sent or waits for its time. For owners only."""
    if not await may_own(visit):
        return await unknown_command(visit)
    paused = await states.pause_all(visit.db)
    if paused:
        await note_all_paused(visit.db, paused, visit.supporter.telegram_id, now=visit.now)
    visit.after_commit = visit.house.dispatch_woken.set
    return Screen(Text("update/stopped_all", {"count": paused}))


def progress(
    broadcast: Broadcast,
    petition: Petition,
    language: str,
    now: datetime,
    *,
    rate: float = 0.0,
) -> Screen:
    """How far a broadcast has come, with what can be done about it.

    Args:
        now: UTC.
        rate: messages a second of late; 0 if it is not known.
    """
    expected = states.Options.from_dict(broadcast.options).expected
    whole = broadcast.total if broadcast.walked else max(expected, broadcast.total)
    left = max(0, whole - broadcast.ended)
    variables = {
        "whole": whole,
        "expected": expected,
        "rate": round(rate, 1) if rate < 10 else round(rate),
        "minutes_left": math.ceil(left / rate / 60) if rate else None,
        "campaign": petition.view(language),
        "broadcast": broadcast,
        "kind": broadcast.kind,
        "zone": petition.definition.timezone,
        "quiet_until": states.quiet_until(broadcast, now),
    }
    acts = {
        "sending": ("pause", "cancel"),
        "paused": ("resume", "cancel"),
        "scheduled": ("edit", "cancel"),
        "awaiting_approval": ("pause", "cancel") if broadcast.started_at else ("edit", "cancel"),
    }.get(broadcast.status, ())
    rows = [
        [Button(f"update_{act}", f"steer:{broadcast.id}:{act}") for act in acts],
        [
            Button(f"update_{act}", f"after:{broadcast.id}:{act}")
            for act in corrections.offered(broadcast, now)
        ],
    ]
    return Screen(Text("update/progress", variables), [row for row in rows if row])
