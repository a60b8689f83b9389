"""When an update goes, the last question before it does, and the second pair of eyes."""

import math
from dataclasses import replace
from functools import partial

from campaign.broadcasts import afterwards, life, quiet, times
from campaign.broadcasts import audience as audiences
from campaign.broadcasts.noting import ON_ITS_WAY, note
from campaign.petition import Petition
from campaign.staff import working
from handlers.screen import Button, Notice, Screen, Text
from handlers.staff.rights import may_edit
from handlers.staff.updates import drafts, panel
from handlers.staff.updates.drafts import Act, back, to
from handlers.staff.updates.steering import progress
from handlers.supporter.start import front_door
from handlers.visit import Visit
from storage import audiences as found
from storage import broadcasts
from storage.audiences import ANNOUNCEMENT
from storage.broadcasts import Broadcast
from storage.staff import Member


def ask_when(draft: Broadcast) -> Screen:
    """The question for the time."""
    return Screen(Text("update/when"), [back(draft)], fresh=True)


async def time_given(visit: Visit, petition: Petition, draft: Broadcast, written: str) -> Screen:
    """A time in words; what is not understood is said, and asked again."""
    try:
        when = times.parse_when(written, now=visit.now, zone=petition.zone, language=visit.language)
    except times.WhenError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        return Screen(Text("update/when_not", {"reason": reason}), [back(draft)], fresh=True)
    draft = await drafts.change(visit, draft, due_at=when.at)
    return await confirm(visit, petition, draft, twice=when.ambiguous)


async def confirm(
    visit: Visit, petition: Petition, draft: Broadcast, *, twice: bool = False
) -> Screen:
    """The last question: how many people, how long it takes, and when.

    Args:
        twice: whether the clocks will show that time twice.
    """
    drafts.go_to(visit, draft, drafts.LOOKING)
    count = await _reach(visit, petition, draft)
    if count == 0:
        return Screen(Text("update/nobody"), [back(draft)], fresh=True)
    needed = petition.definition.approval_above
    needs_approval = bool(needed) and count > needed
    if needs_approval and not await _others(visit, petition):
        return Screen(Text("update/nobody_to_agree", {"limit": needed}), [back(draft)], fresh=True)
    if draft.act == "correct":
        return _confirm_correction(draft, count, needed if needs_approval else None)
    at, options = draft.due_at, life.Options.from_dict(draft.options)
    hours = petition.definition.quiet_hours
    quiet_until = quiet.quiet_until(at or visit.now, hours, petition.zone)
    variables = {
        "quiet_until": None if options.in_quiet_hours else quiet_until,
        "count": count,
        "minutes": math.ceil(count / visit.house.bulk_rate / 60),
        "at": at,
        "twice": twice,
        "weekly": options.weekly,
        "approval_above": needed if needs_approval else None,
        "zone": petition.definition.timezone,
    }
    yes = "update_yes" if at is None else "update_yes_later"
    rows = [[to(draft, "ask_approval" if needs_approval else yes, "yes", count=count)]]
    if quiet_until and draft.kind == "decision":
        rows.append([to(draft, "in_quiet_hours", "quiet", on=options.in_quiet_hours)])
    if at is not None and draft.kind != ANNOUNCEMENT:
        rows.append([to(draft, "weekly", "weekly", on=options.weekly)])
    return Screen(Text("update/confirm", variables), [*rows, back(draft)], fresh=True)


def _confirm_correction(draft: Broadcast, count: int, approval_above: int | None) -> Screen:
    yes = to(draft, "ask_approval" if approval_above else "correct_yes", "yes", count=count)
    variables = {"count": count, "approval_above": approval_above}
    return Screen(Text("update/confirm_correction", variables), [[yes], back(draft)], fresh=True)


async def _reach(visit: Visit, petition: Petition, draft: Broadcast) -> int:
    """How many people it goes to, as things are."""
    if draft.follows is not None:
        original = await broadcasts.of(visit.db, draft.follows)
        return original.sent if original else 0
    return await found.count(visit.db, petition.id, draft.kind, audiences.from_dict(draft.audience))


async def approved(visit: Visit) -> Screen:
    """Somebody else's answer to an update that waits for it."""
    broadcast_id, version, answer = int(visit.args[0]), int(visit.args[1]), visit.args[2]
    broadcast = await broadcasts.of(visit.db, broadcast_id)
    petition = visit.petition(broadcast.campaign_id) if broadcast else None
    if broadcast is None or petition is None or not await may_edit(visit, petition):
        return await front_door(visit)
    if broadcast.version != version or broadcast.status != "awaiting_approval":
        shown = progress(broadcast, petition, visit.language, visit.now)
        return replace(shown, toast="toast/stale")
    me = visit.supporter.telegram_id
    try:
        if answer == "yes":
            await life.approve(visit.db, broadcast.id, visit.supporter.id, now=visit.now)
            await note(visit.db, "approved", broadcast, me, now=visit.now)
        else:
            await life.take_back(visit.db, broadcast.id, now=visit.now)
            await note(visit.db, "sent_back", broadcast, me, now=visit.now)
    except life.OwnUpdate:
        return Screen(toast="toast/own_update")
    visit.after_commit = partial(watch, visit, broadcast.id)
    now = await broadcasts.of(visit.db, broadcast.id) or broadcast
    told = Text("update/answered", {"name": visit.supporter.first_name, "agreed": answer == "yes"})
    shown_at = broadcast.options.get("progress")
    notices = [Notice(shown_at["chat"], visit.language, told)] if shown_at else []
    if answer != "yes":
        return Screen(Text("update/sent_back"), notices=notices)
    return replace(progress(now, petition, visit.language, visit.now), notices=notices)


async def _later(visit: Visit, _: Petition, draft: Broadcast, __: str) -> Screen:
    drafts.go_to(visit, draft, drafts.WHEN)
    return ask_when(draft)


async def _ask(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    draft = await _with_options(visit, draft, weekly=False)
    return await confirm(visit, petition, await drafts.change(visit, draft, due_at=None))


async def _in_quiet_hours(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    before = life.Options.from_dict(draft.options).in_quiet_hours
    draft = await _with_options(visit, draft, in_quiet_hours=not before)
    return replace(await confirm(visit, petition, draft), fresh=False)


async def _weekly(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    before = life.Options.from_dict(draft.options).weekly
    draft = await _with_options(visit, draft, weekly=not before)
    return replace(await confirm(visit, petition, draft), fresh=False)


async def _yes(visit: Visit, petition: Petition, draft: Broadcast, _: str) -> Screen:
    if draft.follows is not None:
        try:
            await afterwards.check(visit.db, draft.follows, draft.act, now=visit.now)
        except afterwards.NotPossible as problem:
            told = Text("update/after_not", {"reason": problem.reason})
            return Screen(told, [back(draft)], fresh=True)
    count = await _reach(visit, petition, draft)
    draft = await _with_options(
        visit,
        draft,
        quiet_hours=petition.definition.quiet_hours,
        zone=petition.definition.timezone,
        most_a_day=petition.definition.most_a_day,
        resend_unknown=draft.kind in petition.definition.resend_unknown,
        expected=count,
        progress=place(visit),
    )
    notices: list[Notice] = []
    if 0 < petition.definition.approval_above < count:
        await life.ask_approval(visit.db, draft.id, now=visit.now)
        did = "asked"
        notices = await _asked(visit, petition, draft, count)
    elif draft.due_at is not None:
        await life.schedule(visit.db, draft.id, draft.due_at, now=visit.now)
        did = "scheduled"
    else:
        await life.start(visit.db, draft.id, now=visit.now)
        did = ON_ITS_WAY[draft.act]
    who = visit.supporter.telegram_id
    await note(visit.db, did, draft, who, now=visit.now, count=count)
    visit.after_commit = partial(watch, visit, draft.id)
    drafts.leave(visit)
    begun = await broadcasts.of(visit.db, draft.id) or draft
    return replace(progress(begun, petition, visit.language, visit.now), notices=notices)


async def _asked(visit: Visit, petition: Petition, draft: Broadcast, count: int) -> list[Notice]:
    waiting = await broadcasts.of(visit.db, draft.id) or draft
    data = f"approve:{waiting.id}:{waiting.version}"
    variables = {
        "name": visit.supporter.first_name,
        "campaign": petition.view(visit.language),
        "kind": draft.kind,
        "count": count,
        "at": draft.due_at,
        "act": draft.act,
        "zone": petition.definition.timezone,
    }
    letters = await panel.letters(visit, petition, draft)
    return [
        Notice(
            one.telegram_id,
            visit.house.renderer.match(one.language, one.telegram_language),
            Text("update/approve", variables),
            [[Button("approve", f"{data}:yes"), Button("send_back", f"{data}:no")]],
            letters=letters,
        )
        for one in await _others(visit, petition)
    ]


async def _others(visit: Visit, petition: Petition) -> list[Member]:
    """Other people who could agree."""
    me = visit.supporter.telegram_id
    editors = await working(visit.db, petition.id, "editor")
    return [one for one in editors if one.telegram_id != me]


async def _with_options(visit: Visit, draft: Broadcast, **options: object) -> Broadcast:
    return await drafts.change(visit, draft, options={**draft.options, **options})


def place(visit: Visit) -> dict[str, int] | None:
    """Where the last question stands: progress is shown there."""
    query = visit.update.callback_query
    if query is None or query.message is None:
        return None
    return {"chat": query.message.chat.id, "message": query.message.message_id}


def watch(visit: Visit, broadcast_id: int) -> None:
    """Have it begun at once, and its progress shown."""
    visit.house.watched_broadcasts.add(broadcast_id)
    visit.house.dispatch_woken.set()


ACTS: dict[str, Act] = {
    "ask": _ask,
    "later": _later,
    "quiet": _in_quiet_hours,
    "weekly": _weekly,
    "yes": _yes,
}
