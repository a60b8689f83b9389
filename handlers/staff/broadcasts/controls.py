"""An update on its way: how far it has come, and pausing, resuming and cancelling it."""

import math
from datetime import datetime
from functools import partial

from campaign.broadcasts import agreement, corrections, states
from campaign.broadcasts.audit import note, note_all_paused
from campaign.petition import Petition
from handlers.context import Context
from handlers.screens import Button, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.permissions import may_edit, may_own
from handlers.supporter.fallback import unknown_command
from handlers.supporter.home import home
from storage import broadcast_editors, broadcasts
from storage.broadcasts import Broadcast

_DONE = {"pause": "paused", "resume": "resumed", "edit": "taken_back", "cancel": "cancelled"}


async def steered(context: Context) -> Screen:
    """Pause, resume, cancel, or change after all: buttons under the progress of a broadcast."""
    broadcast_id, act = int(context.args[0]), context.args[1]
    broadcast = await broadcasts.of(context.db, broadcast_id)
    petition = context.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(context, petition):
        return await home(context)
    done = await _steer(context, broadcast, act)
    context.after_commit = partial(_wake, context)
    now = await broadcasts.of(context.db, broadcast_id) or broadcast
    if done and act == "edit":
        return await preview.show(context, petition, now)
    return progress(now, petition, context.language, context.now)


async def _steer(context: Context, broadcast: Broadcast, act: str) -> bool:
    """Do it and note it; False if it cannot be done any more."""
    did = _DONE[act]
    try:
        match act:
            case "pause":
                await states.pause(context.db, broadcast.id)
            case "resume":
                goes_on = await agreement.resume(context.db, broadcast.id, now=context.now)
                did = did if goes_on else "asked"
            case "edit":
                await states.take_back(context.db, broadcast.id, now=context.now)
                await broadcast_editors.add(
                    context.db, broadcast.id, context.supporter.id, context.now
                )
            case "cancel":
                await states.cancel(context.db, broadcast.id, now=context.now)
    except states.NotInThatState:
        return False
    who = context.supporter.telegram_id
    await note(context.db, did, broadcast, who, now=context.now)
    return True


def _wake(context: Context) -> None:
    context.services.dispatch_woken.set()
    context.services.dates_due.set()


async def stop_all(context: Context) -> Screen:
    """/stopall: halt everything that is being sent or waits for its time. For owners only."""
    if not await may_own(context):
        return await unknown_command(context)
    paused = await states.pause_all(context.db)
    if paused:
        await note_all_paused(context.db, paused, context.supporter.telegram_id, now=context.now)
    context.after_commit = context.services.dispatch_woken.set
    return Screen(Text("broadcasts/stopped_all", {"count": paused}))


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
    return Screen(Text("broadcasts/progress", variables), [row for row in rows if row])
