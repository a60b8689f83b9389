"""An update on its way: how far it has come, and pausing, resuming and cancelling it."""

import math
from datetime import datetime
from functools import partial
from typing import Literal

from campaign.broadcasts import agreement, copies, corrections, states
from campaign.broadcasts.audit import note, note_all_paused
from campaign.petition import Petition
from handlers.actions import Action
from handlers.context import Context, Gone
from handlers.notifications import Reader
from handlers.routes import Command, Routes
from handlers.screens import Button, Rows, Screen, Text
from handlers.staff.broadcasts import preview
from handlers.staff.broadcasts.buttons import AmendSent
from handlers.staff.desk.buttons import CopyUpdate, ListUpdates, MoveUpdate, to_updates
from handlers.staff.permissions import broadcast_as
from storage import broadcast_editors, broadcasts
from storage.broadcasts import Broadcast
from storage.database import Connection
from storage.delivery_stats import Emails, emails_of

Act = Literal["pause", "resume", "edit", "cancel", "retry"]

_OFFERED: dict[str, tuple[Act, ...]] = {
    "sending": ("pause", "cancel"),
    "paused": ("resume", "cancel"),
    "scheduled": ("edit", "cancel"),
    "awaiting_approval": ("edit", "cancel"),
}
_DONE = {
    "pause": "paused",
    "resume": "resumed",
    "retry": "retried",
    "edit": "taken_back",
    "cancel": "cancelled",
}


class Steer(Action, prefix="steer"):
    broadcast_id: int
    do: Act


async def steered(context: Context, action: Steer) -> Screen:
    """Pause, resume, cancel, change after all, or send to those who failed: buttons under the
    progress of a broadcast."""
    petition, broadcast = await broadcast_as(context, action.broadcast_id, "editor")
    done = await _steer(context, broadcast, action.do)
    context.after_commit = partial(_wake, context)
    now = await broadcasts.of(context.db, broadcast.id) or broadcast
    if done and action.do == "edit":
        return await preview.show(context, petition, now)
    return await progress(context.db, now, petition, context.language, context.now)


async def stalled(reader: Reader) -> Screen:
    """What owners are told of a broadcast that could go on and does not."""
    broadcast = await broadcasts.of(reader.db, reader.subject_id)
    if broadcast is None:
        raise Gone
    variables = {
        "campaign": reader.campaign(broadcast.campaign_id).view(reader.language),
        "kind": broadcast.kind,
        "ended": broadcast.ended,
        "total": broadcast.total,
    }
    return Screen(Text("staff/alert_stalled", variables))


async def _steer(context: Context, broadcast: Broadcast, act: str) -> bool:
    """Do it and note it; False if it cannot be done any more."""
    did, count = _DONE[act], None
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
            case "retry":
                count = await states.retry_failed(context.db, broadcast.id)
    except states.NotInThatState:
        return False
    who = context.supporter.telegram_id
    await note(context.db, did, broadcast, who, now=context.now, count=count)
    return True


def _wake(context: Context) -> None:
    context.services.dispatch_woken.set()
    context.services.notified.set()


async def stop_all(context: Context) -> Screen:
    """/stopall: halt everything that is being sent or waits for its time. For owners only."""
    await context.require(None, "owner")
    paused = await states.pause_all(context.db)
    if paused:
        await note_all_paused(context.db, paused, context.supporter.telegram_id, now=context.now)
    context.after_commit = context.services.dispatch_woken.set
    halted = {one.campaign_id for one in await broadcasts.in_state(context.db, "paused")}
    which = [petition for petition in context.petitions if petition.id in halted]
    rows = [[to_updates(which[0].id)]] if len(which) == 1 else _each(context, which)
    return Screen(Text("broadcasts/stopped_all", {"count": paused}), rows, fresh=True)


def _each(context: Context, petitions: list[Petition]) -> Rows:
    """The way to the updates of each of several petitions."""
    titles = [petition.texts(context.language).title for petition in petitions]
    return [
        [Button("campaign", ListUpdates(one.id, 0), variables={"title": title})]
        for one, title in zip(petitions, titles, strict=True)
    ]


async def progress(
    db: Connection,
    broadcast: Broadcast,
    petition: Petition,
    language: str,
    now: datetime,
    *,
    rate: float = 0.0,
    emails: Emails | None = None,
) -> Screen:
    """How far a broadcast has come, with what can be done about it.

    Args:
        now: UTC.
        rate: messages a second of late; 0 if it is not known.
        emails: those of them that go by email, if they have been counted.
    """
    if emails is None:
        emails = await emails_of(db, broadcast.id)
    options = states.Options.from_dict(broadcast.options)
    expected = options.expected
    whole = broadcast.total if broadcast.walked else max(expected, broadcast.total)
    left = max(0, whole - broadcast.ended)
    by_email = emails.total if broadcast.walked else max(emails.total, options.by_email)
    in_chats = max(0, whole - by_email)
    variables = {
        "in_chats": in_chats,
        "sent_in_chats": min(in_chats, broadcast.sent - emails.sent),  # counted a moment before
        "whole": whole,
        "emails": emails,
        "by_email": by_email,
        "expected": expected,
        "rate": round(rate, 1) if rate < 10 else round(rate),
        "minutes_left": math.ceil(left / rate / 60) if rate else None,
        "campaign": petition.view(language),
        "broadcast": broadcast,
        "kind": broadcast.kind,
        "zone": petition.definition.timezone,
        "quiet_until": states.quiet_until(broadcast, now),
    }
    acts = _OFFERED.get(broadcast.status, ())
    if broadcast.status == "awaiting_approval" and broadcast.started_at:
        acts = ("pause", "cancel")
    if states.may_retry(broadcast):
        acts = ("retry",)
    rows = [
        [Button(f"update_{act}", Steer(broadcast.id, act)) for act in acts],
        [
            Button(f"update_{act}", AmendSent(broadcast.id, act))
            for act in corrections.offered(broadcast, now)
        ],
        _onward(broadcast),
    ]
    return Screen(Text("broadcasts/progress", variables), [row for row in rows if row])


def _onward(broadcast: Broadcast) -> list[Button]:
    """Another time for it, a copy of it, and the way to all updates."""
    move = Button("desk_move", MoveUpdate(broadcast.id, 0, "ask"))
    copy = Button("desk_copy", CopyUpdate(broadcast.id))
    return [
        *([move] if states.can_move(broadcast) else []),
        *([copy] if copies.can_copy(broadcast) else []),
        to_updates(broadcast.campaign_id, below=True),
    ]


ROUTES = Routes(
    commands={"stopall": Command(stop_all, least="owner", over_all=True)},
    actions={Steer: steered},
)
